import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { allocationsTold, type Told } from '../../support/allocation-log.js';
import { startService, type RunningService } from '../../support/service.js';

const ROUNDS = 25;
const CALLERS = 8;
const LINES_EACH = 4;

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

describe('Shrinking a batch while eight callers allocate', () => {
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
      for (let i = 0; i < LINES_EACH; i++) {
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
    await Promise.all([...Array.from({ length: CALLERS }, (_, who) => caller(who)), shrink()]);
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
  }, 120_000);
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
