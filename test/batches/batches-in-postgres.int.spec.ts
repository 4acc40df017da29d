import { BatchesInPostgres } from '../../src/batches/persistence/batches-in-postgres.js';
import { TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { freshKernel } from '../support/kernel.js';
import { batchesStoreSuite } from './batches.store-suite.js';

batchesStoreSuite('in PostgreSQL', async () => {
  const kernel = await freshKernel();
  return {
    batches: new BatchesInPostgres(),
    transactions: new TypeOrmTransactions(kernel.dataSource),
    close: () => kernel.close(),
  };
});
