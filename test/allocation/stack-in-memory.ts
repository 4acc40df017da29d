import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { claimsOf, termsOf, type AllocatedLine } from '../../src/allocation/domain/allocated-line.js';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import { promisedAt } from '../../src/allocation/domain/promised-date.js';
import type { ProductState } from '../../src/allocation/domain/product-state.js';
import type { Order } from '../../src/allocation/domain/order.js';
import { orderKey } from '../../src/allocation/domain/stock.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransactions } from '../support/in-memory.js';
import { NOW } from '../support/now.js';
import { pictureOfOrder, type OrderStack } from './order.stack.js';
import { byBatch, byReference, type Picture } from './product.model.js';
import { StockInMemory } from './stock-in-memory.js';

export function stackInMemory(): OrderStack {
  let now = NOW;
  const [stock, transactions] = [new StockInMemory(() => now), new InMemoryTransactions()];
  const log = new InMemoryLog();
  return {
    stock,
    setClock: (to) => Promise.resolve(void (now = to)),
    unitOfWork: new UnitOfWork(transactions, log),
    begun: () => transactions.committed + transactions.rolledBack,
    stored: (sku) => Promise.resolve(pictureOf(stock.stateOf(sku))),
    async orders(orderIds) {
      const loaded = await stock.load(
        {},
        orderIds.map((orderId) => ({ orderId, lines: [] })),
      );
      return orderIds.map((orderId) => {
        const order = loaded.get(orderKey(orderId)) as Order;
        return order.exists ? pictureOfOrder(order.snapshot) : undefined;
      });
    },
    told: (sku) => Promise.resolve(log.events.filter(({ key }) => key === sku) as AllocationEvent[]),
  };
}

export function pictureOf({ version, batches, lines }: ProductState): Picture {
  return {
    version,
    batches: batches
      .map(({ goods, earlier: _, enteredAt: __, ...batch }) => ({
        ...batch,
        ...(goods?.received && { received: goods.received }),
      }))
      .sort(byReference),
    lines: lines.map((line) => ({
      orderId: line.orderId,
      terms: termsOf(line),
      promisedDate: promisedDateOf(line, batches),
      claims: [...claimsOf(line)].sort(byBatch),
    })),
  };
}

function promisedDateOf(line: AllocatedLine, batches: readonly BatchState[]): string | null {
  if (line.promisedDate !== undefined) return line.promisedDate;
  return promisedAt(
    line.sequence,
    batches.find(({ reference }) => reference === line.batchReference)!,
  );
}
