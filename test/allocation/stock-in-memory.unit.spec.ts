import { InMemoryTransactions } from '../support/in-memory.js';
import { StockInMemory } from './stock-in-memory.js';
import { stockStoreSuite } from './stock.store-suite.js';

stockStoreSuite('in memory', () =>
  Promise.resolve({
    stock: new StockInMemory(),
    transactions: new InMemoryTransactions(),
    close: () => Promise.resolve(),
  }),
);
