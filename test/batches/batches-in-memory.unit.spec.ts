import { InMemoryTransactions } from '../support/in-memory.js';
import { BatchesInMemory } from './batches-in-memory.js';
import { batchesContract } from './batches.contract-suite.js';

batchesContract('in memory', () =>
  Promise.resolve({
    batches: new BatchesInMemory(),
    transactions: new InMemoryTransactions(),
    close: () => Promise.resolve(),
  }),
);
