import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Batch } from '../../../src/batches/domain/batch.js';
import { BatchConflict } from '../../../src/batches/domain/errors.js';
import { BatchesInPostgres } from '../../../src/batches/persistence/batches-in-postgres.js';
import type { BatchState } from '../../../src/batches/domain/batch.js';
import { wiredKernel } from '../../support/kernel.js';

const CHAIRS = { sku: 'CHAIR', quantity: 10, eta: null };

describe('Group commit', () => {
  const batches = new BatchesInPostgres();
  let kernel: Awaited<ReturnType<typeof wiredKernel>>;

  beforeAll(async () => {
    kernel = await wiredKernel();
  });

  afterAll(() => kernel.close());

  /** Makes the changes at once, each on a batch of its own, so that they share a transaction. */
  function together(prefix: string, works: readonly ((batch: Batch) => unknown)[]) {
    return Promise.allSettled(
      works.map((work, i) =>
        kernel.unitOfWork.change(batches, { reference: `${prefix}-${i}` }, (batch) => work(batch)),
      ),
    );
  }

  /** The references with the prefix in the table, and those in the log. */
  async function written(prefix: string): Promise<{ rows: string[]; told: string[] }> {
    const rows = await kernel.dataSource.query<Pick<BatchState, 'reference'>[]>(
      'select reference from batches.batch where reference like $1 order by reference',
      [`${prefix}-%`],
    );
    const told = await kernel.dataSource.query<{ reference: string }[]>(
      `select data->>'batchReference' as reference from event_log.event
        where data->>'batchReference' like $1 order by reference`,
      [`${prefix}-%`],
    );
    return {
      rows: rows.map(({ reference }) => reference),
      told: told.map(({ reference }) => reference),
    };
  }

  const register = (batch: Batch) => batch.register(CHAIRS);

  it('lets a hundred calls that arrive together share one transaction', async () => {
    kernel.wire.statements = [];
    await together('shared', Array<typeof register>(100).fill(register));
    expect((await written('shared')).told).toHaveLength(100);
    expect(kernel.wire.statements.filter((statement) => statement === 'COMMIT')).toHaveLength(1);
  });

  const refusals = {
    'a rule refuses': () => {
      throw new BatchConflict('PO-1');
    },
    'a rule refuses after it has changed something': (batch: Batch) => {
      batch.register(CHAIRS);
      throw new BatchConflict('PO-1');
    },
    'has a mistake in it': () => {
      throw new TypeError('undefined is not a batch');
    },
    'has a mistake in it that shows after it has changed something': (batch: Batch) => {
      batch.register(CHAIRS);
      throw new TypeError('undefined is not a batch');
    },
    'the database refuses': (batch: Batch) => {
      batch.register({ ...CHAIRS, quantity: -1 });
    },
  };

  it.each(Object.entries(refusals))('fails only the work that %s', async (why, culprit) => {
    const prefix = why.replaceAll(' ', '-');
    const results = await together(prefix, [register, register, culprit, register]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    const others = [`${prefix}-0`, `${prefix}-1`, `${prefix}-3`];
    expect(await written(prefix)).toEqual({ rows: others, told: others });
  });

  it('raises the version by one for all works of a group that change a batch', async () => {
    const change = (quantity: number) =>
      kernel.unitOfWork.change(batches, { reference: 'often' }, (batch) => batch.change({ quantity }));
    await kernel.unitOfWork.change(batches, { reference: 'often' }, register);
    await Promise.all([change(11), change(12), change(13)]);
    const rows = await kernel.dataSource.query<BatchState[]>(
      "select quantity, version from batches.batch where reference = 'often'",
    );
    expect(rows).toEqual([{ quantity: 13, version: 2 }]);
  });
});
