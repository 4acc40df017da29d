import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { orderColumns } from '../../../src/allocation/cli/order-columns.js';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { AllocateLines } from '../../../src/allocation/commands/allocate-lines.js';
import { AppModule } from '../../../src/app.module.js';
import { batchColumns } from '../../../src/batches/cli/import-batches.js';
import { RegisterBatches } from '../../../src/batches/commands/register-batches.js';
import { importRows, type Summary, type SubmitRows } from '../../../src/platform/cli/import/import-rows.js';
import type { Columns } from '../../../src/platform/cli/import/columns.js';
import { ImportProgress } from '../../../src/platform/cli/import/import-progress.js';
import { openRows, type RejectedRow } from '../../../src/platform/cli/import/rows.js';
import { readAllSettings } from '../../../src/settings.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { registerCheckpoint } from '../../../src/kernel/subscriptions/readers/checkpoint.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let context: INestApplicationContext;
let commands: CommandBus;
let rejected: RejectedRow[];

beforeAll(async () => {
  database = await freshDatabase();
  const module = AppModule.forRoot(readAllSettings({}), database.url, 'cli');
  context = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  commands = context.get(CommandBus);
});
afterAll(async () => {
  await context.close();
  await database.drop();
});
beforeEach(() => {
  rejected = [];
});

const registerBatches: SubmitRows<ConstructorParameters<typeof RegisterBatches>[0][number]> = (batches) =>
  commands.execute(new RegisterBatches(batches));
const allocateLines: SubmitRows<ConstructorParameters<typeof AllocateLines>[0][number]> = (lines) =>
  commands.execute(new AllocateLines(lines));

async function importText<Row extends { sku: string }>(
  text: string,
  columns: Columns<Row>,
  submit: SubmitRows<Row>,
  signal = new AbortController().signal,
): Promise<Summary> {
  const source = { format: 'csv', size: null, chunks: Readable.from([Buffer.from(text)]) } as const;
  const { windows } = await openRows(source, columns);
  return importRows(windows, {
    columns,
    keyOf: ({ sku }) => sku,
    submit,
    rejectedRows: {
      add: async (rows) => void rejected.push(...(await Promise.resolve(rows))),
      end: () => undefined,
    },
    progress: new ImportProgress(null),
    signal,
  });
}

const importBatches = (...rows: string[]) =>
  importText(['reference,sku,quantity,eta', ...rows].join('\n'), batchColumns, registerBatches);
const importOrders = (...rows: string[]) =>
  importText(['order_id,sku,quantity', ...rows].join('\n'), orderColumns, allocateLines);

/** The result of an import without rows. */
const COUNTS = { new: 0, updated: 0, repeated: 0, isInterrupted: false };

const reasons = () => rejected.map(({ line, reason }) => [line, reason]);

describe('An import of batches', () => {
  it('registers each batch, rejects contradictions, and can be run again', async () => {
    const rows = [
      'B-1,CHAIR,10,',
      'B-2,CHAIR,5,2027-01-31',
      'B-1,CHAIR,10,',
      'B-1,CHAIR,11,',
      'B-3,CHAIR,0,',
    ];

    const rejected = { 'batch-conflict': 1, 'validation-failed': 1 };
    expect(await importBatches(...rows)).toEqual({ ...COUNTS, rows: 5, new: 2, repeated: 1, rejected });
    expect(reasons()).toEqual([
      [5, 'batch-conflict'],
      [6, 'validation-failed'],
    ]);
    expect(await importBatches(...rows)).toEqual({ ...COUNTS, rows: 5, repeated: 3, rejected });
    expect(await importBatches('B-1,CHAIR,11,')).toEqual({
      ...COUNTS,
      rows: 1,
      rejected: { 'batch-conflict': 1 },
    });
  });

  it('makes every batch available for allocation before it ends (rule 9)', async () => {
    const skus = Array.from({ length: 1_200 }, (_, i) => `READY-${i}`);
    await importBatches(...skus.map((sku) => `B-${sku},${sku},1,`));
    const lines = await importOrders(...skus.map((sku) => `o-1,${sku},1`));
    expect(lines).toMatchObject({ new: 1_200, rejected: {} });
  });

  it('groups transactions: a thousand batches give their product at most ten versions', async () => {
    await importBatches(...Array.from({ length: 1_000 }, (_, i) => `SHARED-${i},SHARED,1,`));
    const [row] = await context
      .get(DataSource)
      .query<{ version: number }[]>("select version from allocation.product where sku = 'SHARED'");
    expect(row!.version).toBeLessThanOrEqual(10);
  });

  it('rejects a known batch whose changes allocation cannot see until an operator has handled its SKU, and no new one', async () => {
    const dataSource = context.get(DataSource);
    await registerCheckpoint(dataSource.manager, 'allocation.stock');
    await dataSource.query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts)
       values ('allocation.stock', 1, 'STUCK', 'parked', 8)`,
    );
    const rows = ['B-STUCK,STUCK,10,', 'B-FREE,FREE,10,'];
    expect(await importBatches(...rows)).toMatchObject({ new: 2, rejected: {} });
    expect(await importBatches(...rows)).toMatchObject({
      repeated: 1,
      rejected: { 'waits-for-operator': 1 },
    });
  });
});

describe('An import of orders', () => {
  beforeAll(() => importBatches('O-1,DESK,10,', 'O-2,DESK,10,2027-01-31').then(() => undefined));

  it('allocates each line, those of a SKU in the order of the file, and can be run again', async () => {
    const rows = [
      'o-1,DESK,8',
      'o-2,DESK,5',
      'o-1,DESK,8',
      'o-3,DESK,6',
      'o-1,DESK,9',
      'o-4,SHELF,1',
      'o-5,DESK',
    ];

    const rejected = { 'repeated-line': 2, 'malformed-row': 1, 'out-of-stock': 1, 'unknown-sku': 1 };
    expect(await importOrders(...rows)).toEqual({ ...COUNTS, rows: 7, new: 2, rejected });
    expect(reasons()).toEqual([
      [4, 'repeated-line'],
      [5, 'out-of-stock'],
      [6, 'repeated-line'],
      [7, 'unknown-sku'],
      [8, 'malformed-row'],
    ]);
    expect(await importOrders(...rows)).toEqual({ ...COUNTS, rows: 7, repeated: 2, rejected });
    expect(await importOrders('o-1,DESK,9')).toEqual({
      ...COUNTS,
      rows: 1,
      rejected: { 'allocation-conflict': 1 },
    });
    const outcome = await commands.execute(new AllocateLine({ orderId: 'o-2', sku: 'DESK', quantity: 5 }));
    expect(outcome).toMatchObject({ allocation: { batchReference: 'O-2' } });
  });
});

describe('An import', () => {
  const rows = (count: number) => [
    'order_id,sku,quantity',
    ...Array.from({ length: count }, (_, i) => `o-${i},S-${i},1`),
  ];
  let stop: AbortController;
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(() => stop.abort());

  it('submits a row again that was refused as busy', async () => {
    let attempts = 0;
    const summary = await importText(rows(3).join('\n'), orderColumns, (lines) =>
      Promise.resolve(lines.map((_, i) => (++attempts <= 3 && i > 0 ? new Busy('Later.') : { isNew: true }))),
    );
    expect(summary).toMatchObject({ rows: 3, new: 3, rejected: {} });
    expect(attempts).toBe(5);
  });

  it('submits at most four chunks at a time', async () => {
    let inProgress = 0;
    let most = 0;
    await importText(rows(20_000).join('\n'), orderColumns, async (lines) => {
      most = Math.max(most, ++inProgress);
      await new Promise((resolve) => setImmediate(resolve));
      inProgress--;
      return lines.map(() => ({ isNew: true }));
    });
    expect(most).toBe(4);
  });

  it('fails with the first error, after the chunks in progress', async () => {
    let settled = 0;
    const import_ = importText(rows(20_000).join('\n'), orderColumns, async (lines) => {
      await new Promise((resolve) => setImmediate(resolve));
      settled++;
      if (settled === 1) throw new Error('The disk is full.');
      return lines.map(() => ({ isNew: true }));
    });
    await expect(import_).rejects.toThrow('The disk is full.');
    expect(settled).toBe(4);
  });

  it('ends after the chunks in progress when it is interrupted', async () => {
    const summary = await importText(
      rows(120_000).join('\n'),
      orderColumns,
      (lines) => {
        stop.abort();
        return Promise.resolve(lines.map(() => ({ isNew: true })));
      },
      stop.signal,
    );
    expect(summary).toMatchObject({ isInterrupted: true });
    expect(summary.rows).toBeLessThanOrEqual(4_000);
  });
});
