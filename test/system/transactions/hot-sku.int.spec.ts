import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { allocationsTold } from '../../support/allocation-log.js';
import { startService, type Answer, type RunningService } from '../../support/service.js';

const CALLERS = 64;
const LINES_EACH = 4;
const BATCHES = [60, 60, 30];
const STOCK = 150;

interface Body {
  readonly type?: string;
  readonly available?: number;
  readonly orderId?: string;
}

describe('64 callers on two instances that want more of one SKU than there is', () => {
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

  async function stock(sku: string): Promise<number> {
    for (const [i, quantity] of BATCHES.entries()) {
      const batch = { reference: `${sku}-${i}`, sku, quantity };
      expect((await instances[0].request('POST', '/v1/batches', batch)).status).toBe(201);
    }
    return (await product(sku)).version;
  }

  async function product(sku: string) {
    return (await instances[1].request<Product>('GET', `/v1/products/${sku}`)).body;
  }

  /** Each caller asks for its lines one after the other, a unit each. */
  async function demand(
    ask: (caller: number, orderId: string) => Promise<Answer<Body>[]>,
  ): Promise<Answer<Body>[]> {
    const answers: Answer<Body>[] = [];
    await Promise.all(
      Array.from({ length: CALLERS }, async (_, caller) => {
        for (let line = 0; line < LINES_EACH; line++) {
          answers.push(...(await ask(caller, `order-${caller}-${line}`)));
        }
      }),
    );
    return answers;
  }

  const allocate = (instance: RunningService, sku: string, orderId: string) =>
    instance.request<Body>('POST', '/v1/allocations', { orderId, sku, quantity: 1 });

  async function expectExactlyTheStock(sku: string, versionBefore: number, accepted: string[]) {
    const { version, allocated, available, batches } = await product(sku);
    expect({ allocated, available }).toEqual({ allocated: STOCK, available: 0 });
    for (const batch of batches) expect(batch.allocated).toBe(batch.quantity);

    const told = await allocationsTold(instances[0], sku);
    const versions = told.map(({ data }) => data.productVersion);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    const steps = Array.from({ length: version - versionBefore }, (_, i) => versionBefore + 1 + i);
    expect([...new Set(versions)].filter((told) => told > versionBefore)).toEqual(steps);

    const orders = told.filter(({ type }) => type === 'LineAllocated').map(({ data }) => data.orderId);
    expect(orders).toHaveLength(STOCK);
    expect(new Set(orders)).toEqual(new Set(accepted));
    expect(new Set(orders).size).toBe(STOCK);
  }

  it('share out the stock exactly, and each gets an answer', async () => {
    const version = await stock('HOT');
    const answers = await demand(async (caller, orderId) => [
      await allocate(instances[caller % 2]!, 'HOT', orderId),
    ]);
    const [accepted, refused] = [201, 409].map((status) => answers.filter((a) => a.status === status));
    expect([accepted!.length, refused!.length]).toEqual([STOCK, CALLERS * LINES_EACH - STOCK]);
    expect(new Set(refused!.map(({ body }) => body.type))).toEqual(
      new Set(['urn:earmark:problem:out-of-stock']),
    );
    await expectExactlyTheStock(
      'HOT',
      version,
      accepted!.map(({ body }) => body.orderId!),
    );
  });

  it('allocate a line once that is sent to both instances at the same time', async () => {
    const version = await stock('TWICE');
    const answers = await demand((_, orderId) =>
      Promise.all(instances.map((instance) => allocate(instance, 'TWICE', orderId))),
    );
    const [accepted, repeated, refused] = [201, 200, 409].map((status) =>
      answers.filter((answer) => answer.status === status),
    );
    expect([accepted!.length, repeated!.length]).toEqual([STOCK, STOCK]);
    expect(refused!.length).toBe(2 * (CALLERS * LINES_EACH - STOCK));
    await expectExactlyTheStock(
      'TWICE',
      version,
      accepted!.map(({ body }) => body.orderId!),
    );
  });
});

interface Product {
  readonly version: number;
  readonly allocated: number;
  readonly available: number;
  readonly batches: readonly { readonly quantity: number; readonly allocated: number }[];
}
