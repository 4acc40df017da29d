import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { allocationsTold, type Told } from '../../support/allocation-log.js';
import { startService, type Answer, type RunningService } from '../../support/service.js';

// Many calls, while other tests use the same machine.

/** So many callers want a hot SKU, and more of it than there is. */
const CALLERS = 64;
const LINES_EACH = 4;
const BATCHES = [60, 60, 30];
const STOCK = 150;

/** In each of so many rounds a batch shrinks three times while so many callers allocate. */
const ROUNDS = 10;
const CALLERS_OF_ROUND = 8;
const LINES_OF_CALLER = 4;

interface Body {
  readonly type?: string;
  readonly available?: number;
  readonly orderId?: string;
}

interface Product {
  readonly version: number;
  readonly allocated: number;
  readonly available: number;
  readonly batches: readonly { readonly quantity: number; readonly allocated: number }[];
}

interface Stock {
  readonly reference: string;
  readonly quantity: number;
  readonly allocated: number;
}

interface Line {
  readonly orderId: string;
  readonly quantity: number;
  readonly batchReference: string;
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

describe('64 callers on two instances that want more of one SKU than there is', () => {
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

describe('Shrinking a batch while eight callers allocate', () => {
  /** Reads the table again and again until it is stopped; no batch may ever be over-allocated. */
  async function watch(sku: string, isOver: () => boolean) {
    while (!isOver()) {
      // One statement, one moment: what is claimed of a batch is what its lines add up to.
      const { rows } = await reader.query<Stock & { lines: string }>(
        `select reference, quantity, allocated,
                (select coalesce(sum(line.quantity), 0) from allocation.line
                  where batch_reference = reference) as lines
           from allocation.batch where sku = $1`,
        [sku],
      );
      for (const { quantity, allocated, lines } of rows) {
        expect(allocated).toBeLessThanOrEqual(quantity);
        expect(Number(lines)).toBe(allocated);
      }
    }
  }

  async function allocateWhileShrinking(sku: string): Promise<Map<string, Line>> {
    const [one, other] = instances;
    const near = `${sku}-near`;
    await one.request('POST', '/v1/batches', { reference: near, sku, quantity: 40 });
    await one.request('POST', '/v1/batches', {
      reference: `${sku}-far`,
      sku,
      quantity: 20,
      eta: '2030-01-01',
    });

    const accepted = new Map<string, Line>();
    const caller = async (who: number) => {
      for (let i = 0; i < LINES_OF_CALLER; i++) {
        const line = { orderId: `order-${who}-${i}`, sku, quantity: 1 + ((who + i) % 3) };
        const { status, body } = await instances[who % 2]!.request<Line>('POST', '/v1/allocations', line);
        expect([201, 409]).toContain(status);
        if (status === 201) accepted.set(line.orderId, lineOf(body));
      }
    };
    const shrink = async () => {
      for (const quantity of [30, 12, 5]) {
        expect((await other.request('PATCH', `/v1/batches/${near}`, { quantity })).status).toBe(200);
        const { rows } = await reader.query<Stock>('select * from allocation.batch where reference = $1', [
          near,
        ]);
        expect(rows[0]!.quantity).toBe(quantity);
      }
    };
    let isOver = false;
    const watching = watch(sku, () => isOver);
    await Promise.all([...Array.from({ length: CALLERS_OF_ROUND }, (_, who) => caller(who)), shrink()]);
    isOver = true;
    await watching;
    return accepted;
  }

  it(`never over-allocates, and neither loses nor doubles an accepted line, in ${ROUNDS} rounds`, async () => {
    const accepted = new Map<string, Map<string, Line>>();
    for (let round = 0; round < ROUNDS; round++) {
      accepted.set(`SKU-${round}`, await allocateWhileShrinking(`SKU-${round}`));
    }

    const told = (await allocationsTold(instances[0])).filter(({ type }) => type !== 'OutOfStock');
    const { rows: standing } = await reader.query<Line & { sku: string }>(
      `select sku, order_id as "orderId", quantity, batch_reference as "batchReference" from allocation.line`,
    );
    for (const [sku, lines] of accepted) {
      const toldOfSku = told.filter(({ key }) => key === sku);
      const firsts = toldOfSku.filter(({ type }) => type === 'LineAllocated');
      expect(linesOf(firsts.map(({ data }) => data))).toEqual(lines);
      expect(replay(toldOfSku)).toEqual(linesOf(standing.filter((line) => line.sku === sku)));
    }
    // Otherwise the rounds have shown nothing.
    expect(told.filter(({ type }) => type !== 'LineAllocated').length).toBeGreaterThan(ROUNDS);
  });
});

/** The lines according to the log; every event has to fit the lines before it. */
function replay(told: readonly Told[]): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const { type, data } of told) {
    const standing = lines.get(data.orderId);
    if (type === 'LineAllocated') expect(standing).toBeUndefined();
    else expect(standing?.batchReference).toBe(data.previousBatchReference ?? data.batchReference);
    if (type === 'LineDeallocated') lines.delete(data.orderId);
    else lines.set(data.orderId, lineOf(data));
  }
  return lines;
}

function lineOf({ orderId, quantity, batchReference }: Line): Line {
  return { orderId, quantity, batchReference };
}

function linesOf(lines: readonly Line[]): Map<string, Line> {
  return new Map(lines.map((line) => [line.orderId, lineOf(line)]));
}
