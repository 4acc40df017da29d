import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type Answer, type RunningService } from '../../support/service.js';

// Many calls, while other tests use the same machine.

/** Either call may come first, so each pair of calls is made so often. */
const ROUNDS = 12;

interface Body {
  readonly type?: string;
  readonly state?: string;
  readonly onHand?: number;
  readonly lines?: readonly { readonly shipped: number; readonly claims: readonly object[] }[];
}

interface BatchRow {
  readonly quantity: number;
  readonly allocated: number;
  readonly received: number;
  readonly shipped: number;
  readonly lines: number;
  readonly bought: number;
}

let database: TestDatabase;
let reader: pg.Client;
let instances: [RunningService, RunningService];

beforeAll(async () => {
  database = await freshDatabase();
  reader = new pg.Client({ connectionString: database.url });
  await reader.connect();
  instances = await Promise.all([startService(database.url), startService(database.url)]);
});

afterAll(async () => {
  await reader.end();
  await Promise.all(instances.map((instance) => instance.close()));
  await database.drop();
});

const call = (on: 0 | 1, method: string, path: string, body?: object): Promise<Answer<Body>> =>
  instances[on].request<Body>(method, path, body);

async function buy(name: string, quantity: number, eta: string | null = null): Promise<void> {
  const { status } = await call(0, 'POST', '/v1/batches', { reference: name, sku: name, quantity, eta });
  expect(status).toBe(201);
}

async function order(name: string, quantity: number): Promise<void> {
  const { status } = await call(0, 'PUT', `/v1/orders/${name}`, { lines: [{ sku: name, quantity }] });
  expect(status).toBe(201);
}

const ship = (on: 0 | 1, shipment: string, name: string, quantity: number) =>
  call(on, 'PUT', `/v1/shipments/${shipment}`, { orderId: name, lines: [{ sku: name, quantity }] });
const receive = (on: 0 | 1, receipt: string, name: string, quantity: number) =>
  call(on, 'PUT', `/v1/receipts/${receipt}`, { batchReference: name, quantity });

/** The batch, the units that lines claim of it, and those that were bought according to the log. */
async function batch(name: string): Promise<BatchRow> {
  const { rows } = await reader.query<BatchRow>(
    `select quantity, allocated, received, shipped::int,
            (select coalesce(sum(line.quantity), 0)::int from allocation.line where batch_reference = reference) as lines,
            (select coalesce(sum(case type
                      when 'BatchRegistered' then (data ->> 'quantity')::int
                      when 'BatchQuantityChanged' then (data ->> 'quantity')::int - (data ->> 'previousQuantity')::int
                      when 'BatchReceived' then (data ->> 'overReceived')::int - (data ->> 'missing')::int end), 0)::int
               from event_log.event where key = $1) as bought
       from allocation.batch where reference = $1`,
    [name],
  );
  const [found] = rows as [BatchRow];
  expect(found.lines).toBe(found.allocated);
  expect(found.quantity + found.shipped).toBe(found.bought);
  return found;
}

const versionOf = async (name: string) =>
  (await reader.query<{ version: string }>('select version from allocation.product where sku = $1', [name]))
    .rows[0]!.version;

const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
const statusesOf = (answers: readonly Answer<Body>[]) => answers.map(({ status }) => status).sort();

describe('On two instances at the same moment', () => {
  it('two shipments that want more of a line than it has never both leave', async () => {
    for (const round of rounds) {
      const name = `ship-${round}`;
      await buy(name, 10);
      await order(name, 10);
      const answers = await Promise.all([ship(0, `${name}-a`, name, 6), ship(1, `${name}-b`, name, 6)]);
      expect(statusesOf(answers)).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)!.body.type).toMatch(/over-shipped$/);
      expect(await batch(name)).toMatchObject({ quantity: 4, allocated: 4, shipped: 6 });
    }
  });

  it('the same shipment leaves once, and both callers are told so', async () => {
    for (const round of rounds) {
      const name = `same-${round}`;
      await buy(name, 10);
      await order(name, 10);
      const answers = await Promise.all([ship(0, name, name, 6), ship(1, name, name, 6)]);
      expect(statusesOf(answers)).toEqual([200, 201]);
      expect(answers[0].body).toEqual(answers[1].body);
      expect(await batch(name)).toMatchObject({ quantity: 4, allocated: 4, shipped: 6 });
    }
  });

  it('a shipment name that two orders use belongs to one of them, and nothing leaves for the other', async () => {
    for (const round of rounds) {
      const [one, other] = [`name-${round}-a`, `name-${round}-b`];
      for (const name of [one, other]) {
        await buy(name, 10);
        await order(name, 10);
      }
      const answers = await Promise.all([
        ship(0, `name-${round}`, one, 6),
        ship(1, `name-${round}`, other, 6),
      ]);
      expect(statusesOf(answers)).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)!.body.type).toMatch(/shipment-conflict$/);
      const shipped = [await batch(one), await batch(other)].map(({ shipped }) => shipped);
      expect(shipped.sort((a, b) => a - b)).toEqual([0, 6]);
    }
  });

  it('the same receipt is written once', async () => {
    for (const round of rounds) {
      const name = `receipt-${round}`;
      await buy(name, 10, '2097-01-01');
      const before = Number(await versionOf(name));
      const answers = await Promise.all([receive(0, name, name, 4), receive(1, name, name, 4)]);
      expect(statusesOf(answers)).toEqual([200, 201]);
      expect(answers.map(({ body }) => body.onHand)).toEqual([4, 4]);
      expect(await batch(name)).toMatchObject({ quantity: 10, received: 4 });
      expect(Number(await versionOf(name))).toBe(before + 1);
    }
  });

  it('a receipt and a purchase that turns out smaller both count, and lines leave only if they must', async () => {
    for (const round of rounds) {
      const name = `shrink-${round}`;
      await buy(name, 10, '2097-01-01');
      await order(name, 4);
      const answers = await Promise.all([
        receive(0, name, name, 4),
        call(1, 'PATCH', `/v1/batches/${name}`, { quantity: 5 }),
      ]);
      expect(statusesOf(answers)).toEqual([200, 201]);
      expect(await batch(name)).toMatchObject({ quantity: 5, allocated: 4, received: 4 });
    }
  });

  it('a shipment and the cancellation of its order leave no claim, whichever comes first', async () => {
    for (const round of rounds) {
      const name = `cancel-${round}`;
      await buy(name, 10);
      await order(name, 10);
      const on = (round % 2) as 0 | 1;
      const [shipment, cancellation] = await Promise.all([
        ship(on, name, name, 6),
        call((1 - on) as 0 | 1, 'DELETE', `/v1/orders/${name}`),
      ]);
      expect(cancellation.status).toBe(204);
      const { body } = await call(0, 'GET', `/v1/orders/${name}`);
      expect(body.state).toBe('cancelled');
      if (shipment.status === 201) {
        expect(body.lines).toMatchObject([{ quantity: 6, shipped: 6, claims: [] }]);
        expect(await batch(name)).toMatchObject({ quantity: 4, allocated: 0, shipped: 6 });
      } else {
        expect(shipment.body.type).toMatch(/order-cancelled$/);
        expect(body.lines).toEqual([]);
        expect(await batch(name)).toMatchObject({ quantity: 10, allocated: 0, shipped: 0 });
      }
    }
  });

  it('a shipment that is cancelled twice is back once', async () => {
    for (const round of rounds) {
      const name = `back-${round}`;
      await buy(name, 10);
      await order(name, 10);
      await ship(0, name, name, 6);
      const path = `/v1/shipments/${name}`;
      const answers = await Promise.all([call(0, 'DELETE', path), call(1, 'DELETE', path)]);
      expect(statusesOf(answers)).toEqual([204, 204]);
      expect(await batch(name)).toMatchObject({ quantity: 10, allocated: 10, shipped: 0 });
    }
  });
});
