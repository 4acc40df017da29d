import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type Answer, type RunningService } from '../../support/service.js';

// Many calls, while other tests use the same machine.

/** Either call may come first, so each pair of calls is made so often. */
const ROUNDS = 12;

interface Body {
  readonly type?: string;
  readonly location?: string;
  readonly blocked?: boolean;
  readonly quantity?: number;
  readonly batches?: readonly { readonly location: string; readonly blocked: boolean }[];
  readonly lines?: readonly { readonly claims: readonly { readonly location: string }[] }[];
}

let database: TestDatabase;
let instances: [RunningService, RunningService];

beforeAll(async () => {
  database = await freshDatabase();
  instances = await Promise.all([startService(database.url), startService(database.url)]);
});

afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.close()));
  await database.drop();
});

const call = (on: 0 | 1, method: string, path: string, body?: object): Promise<Answer<Body>> =>
  instances[on].request<Body>(method, path, body);

async function buy(name: string): Promise<void> {
  const bought = { reference: name, sku: name, quantity: 5 };
  expect((await call(0, 'POST', '/v1/batches', bought)).status).toBe(201);
}

const change = (on: 0 | 1, name: string, body: object) => call(on, 'PATCH', `/v1/batches/${name}`, body);
const order = (on: 0 | 1, name: string, rest: object = {}) =>
  call(on, 'PUT', `/v1/orders/${name}`, { lines: [{ sku: name, quantity: 2 }], ...rest });

/** A move takes longer than an order: so the order comes first in some rounds, and last in others. */
async function afterReads<T>(reads: number, work: () => Promise<T>): Promise<T> {
  for (let read = 0; read < reads; read++) await call(1, 'GET', '/v1/products');
  return work();
}

const rounds = (what: string) => Array.from({ length: ROUNDS }, (_, round) => `${what}-${round}`);

describe('Two instances', () => {
  it('either move a batch or promise its units where it is, if both are asked at once', async () => {
    for (const [round, name] of rounds('OIL').entries()) {
      await buy(name);
      const [moved, ordered] = await Promise.all([
        change(0, name, { location: 'attic', quantity: 4 }),
        afterReads(round % 6, () => order(1, name, { locations: ['main'] })),
      ]);
      const isMoved = moved.status === 200;
      const refused = isMoved ? ordered : moved;
      expect([moved.status, ordered.status]).toEqual(isMoved ? [200, 409] : [409, 201]);
      expect(refused.body.type).toBe(`urn:earmark:problem:${isMoved ? 'out-of-stock' : 'batch-claimed'}`);
      expect((await call(1, 'GET', `/v1/batches/${name}`)).body).toMatchObject(
        isMoved ? { location: 'attic', quantity: 4 } : { location: 'main', quantity: 5 },
      );
    }
  });

  it('promise no unit of a batch from a place where it is no more', async () => {
    for (const name of rounds('SALT')) {
      await buy(name);
      const [ordered] = await Promise.all([
        order(0, name, { locations: ['attic', 'main'] }),
        change(1, name, { location: 'attic' }),
      ]);
      expect(ordered.status).toBe(201);
      const { body } = await call(0, 'GET', `/v1/orders/${name}`);
      const { location } = (await call(1, 'GET', `/v1/batches/${name}`)).body;
      expect(body.lines![0]!.claims).toMatchObject([{ location }]);
    }
  });

  it('move a batch and change its lot at once, and lose neither', async () => {
    for (const name of rounds('RYE')) {
      await buy(name);
      const answers = await Promise.all([
        change(0, name, { blocked: true }),
        change(1, name, { location: 'attic' }),
        change(0, name, { bestBefore: '2030-01-01' }),
        change(1, name, { location: 'cellar' }),
        change(0, name, { blocked: false, location: 'attic' }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      const { location, blocked } = (await call(0, 'GET', `/v1/batches/${name}`)).body;
      expect((await call(1, 'GET', `/v1/products/${name}`)).body.batches).toMatchObject([
        { location, blocked },
      ]);
    }
  });
});
