import { BatchesInPostgres } from '../../src/batches/persistence/batches-in-postgres.js';
import { TypeOrmTransactions } from '../../src/shared/persistence/typeorm-transactions.js';
import { freshDatabase } from '../support/database.js';
import { openKernel } from '../support/kernel.js';
import { batchesContract } from './batches.contract-suite.js';

batchesContract('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const kernel = await openKernel(database.url);
  return {
    batches: new BatchesInPostgres(),
    transactions: new TypeOrmTransactions(kernel.dataSource),
    async close() {
      await kernel.close();
      await database.drop();
    },
  };
});
