import { InMemoryTransactions } from '../support/in-memory.js';
import { ProductsInMemory } from './products-in-memory.js';
import { productsStoreSuite } from './products.store-suite.js';

productsStoreSuite('in memory', () =>
  Promise.resolve({
    products: new ProductsInMemory(),
    transactions: new InMemoryTransactions(),
    close: () => Promise.resolve(),
  }),
);
