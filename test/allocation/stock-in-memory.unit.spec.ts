import { NOW } from '../support/now.js';
import { goodsStoreSuite } from './goods.store-suite.js';
import { ordersStoreSuite } from './orders.store-suite.js';
import { InMemoryTransactions } from '../support/in-memory.js';
import { promisesStoreSuite } from './promises.store-suite.js';
import { queueStoreSuite } from './queue.store-suite.js';
import { StockInMemory } from './stock-in-memory.js';
import { stockStoreSuite } from './stock.store-suite.js';

for (const suite of [stockStoreSuite, goodsStoreSuite])
  suite('in memory', () =>
    Promise.resolve({
      stock: new StockInMemory(),
      transactions: new InMemoryTransactions(),
      close: () => Promise.resolve(),
    }),
  );

for (const suite of [ordersStoreSuite, queueStoreSuite, promisesStoreSuite])
  suite('in memory', () => {
    let now = NOW;
    return Promise.resolve({
      stock: new StockInMemory(() => now),
      transactions: new InMemoryTransactions(),
      pass: (seconds) => Promise.resolve(void (now = new Date(now.getTime() + seconds * 1_000))),
      close: () => Promise.resolve(),
    });
  });
