import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  managerOf,
  recordCommitProof,
  TypeOrmTransactions,
} from '../../../src/kernel/postgres/typeorm-transactions.js';
import { isConnectionLoss } from '../../../src/kernel/postgres/retry.js';
import { wiredKernel } from '../../support/kernel.js';

let kernel: Awaited<ReturnType<typeof wiredKernel>>;
beforeAll(async () => {
  kernel = await wiredKernel();
});
afterAll(() => kernel.close());

describe('a transaction without a commit proof', () => {
  it('counts as rolled back if its connection is lost during the commit', async () => {
    kernel.wire.lose('after', (statement) => statement === 'COMMIT');
    const lost: unknown = await new TypeOrmTransactions(kernel.dataSource)
      .run((tx) => managerOf(tx).query('select 1'))
      .catch((error: unknown) => error);

    expect(kernel.wire.disarm()).toBe(false);
    expect(isConnectionLoss(lost)).toBe(true);
  });
});

describe('a transaction with a commit proof', () => {
  it('is committed if the server says so, however often it has to be asked', async () => {
    const asked = jest.spyOn(kernel.dataSource, 'query');
    kernel.wire.lose('after', (statement) => statement === 'COMMIT');
    await new TypeOrmTransactions(kernel.dataSource).run(async (tx) => {
      const [row] = await managerOf(tx).query<{ id: string }[]>('select pg_current_xact_id()::text as id');
      recordCommitProof(tx, { transactionId: row!.id, proof: { sql: 'select 1', values: [] } });
      asked.mockClear();
      asked.mockRejectedValueOnce(Object.assign(new Error('lost again'), { code: 'ECONNRESET' }));
    });

    expect(kernel.wire.disarm()).toBe(false);
    expect(asked).toHaveBeenCalledTimes(3);
    jest.restoreAllMocks();
  });
});
