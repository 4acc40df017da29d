import { InMemoryTransactions } from '../support/in-memory.js';
import { BatchesInMemory } from './batches-in-memory.js';
import { batchesStoreSuite } from './batches.store-suite.js';

batchesStoreSuite('in memory', () =>
  Promise.resolve({
    batches: new BatchesInMemory(),
    transactions: new InMemoryTransactions(),
    close: () => Promise.resolve(),
  }),
);
