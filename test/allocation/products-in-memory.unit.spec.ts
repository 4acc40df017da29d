import { InMemoryTransactions } from '../support/in-memory.js';
import { ProductsInMemory } from './products-in-memory.js';
import { productsContract } from './products.contract.js';

productsContract('in memory', () =>
  Promise.resolve({
    products: new ProductsInMemory(),
    transactions: new InMemoryTransactions(),
    close: () => Promise.resolve(),
  }),
);
