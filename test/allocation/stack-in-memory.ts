import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { claimsOf, termsOf, type AllocatedLine } from '../../src/allocation/domain/allocated-line.js';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import { promisedAt } from '../../src/allocation/domain/promised-date.js';
import { DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import type { ProductState } from '../../src/allocation/domain/product-state.js';
import { isEnded } from '../../src/allocation/domain/order-line.js';
import { Order } from '../../src/allocation/domain/order.js';
import { Product } from '../../src/allocation/domain/product.js';
import { placeInQueue } from '../../src/allocation/domain/waiting-line.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransactions } from '../support/in-memory.js';
import { NOW } from '../support/now.js';
import { everything } from './product.fixture.js';
import { pictureOfOrder, type OrderStack } from './order.stack.js';
import { byBatch, byReference } from './placement.model.js';
import { termsPicture, type Picture } from './product.picture.js';
import { StockInMemory } from './stock-in-memory.js';

export function stackInMemory(): OrderStack {
  let now = NOW;
  const [stock, transactions] = [new StockInMemory(() => now), new InMemoryTransactions()];
  const log = new InMemoryLog();
  return {
    stock,
    setClock: (to) => Promise.resolve(void (now = to)),
    unitOfWork: new UnitOfWork(transactions, log),
    committed: () => transactions.committed,
    stored: (sku) => Promise.resolve(pictureOf(stock.stateOf(sku))),
    orders(orderIds, now) {
      const pictures = orderIds.map((orderId) => {
        const order = new Order(stock.orderOf(orderId), productsOf(stock, orderId, now), now);
        return order.exists ? pictureOfOrder(order.snapshot) : undefined;
      });
      return Promise.resolve(pictures);
    },
    told: (sku) => Promise.resolve(log.events.filter(({ key }) => key === sku) as AllocationEvent[]),
  };
}

/** Those of the lines of the order, as they are stored: a hold that has ended is none, but who waits for its units waits on. */
function productsOf(stock: StockInMemory, orderId: string, now: Date): Product[] {
  const skus = new Set([
    ...stock.orderOf(orderId).lines.map(({ sku }) => sku),
    ...stock.linesOf(orderId).map(({ sku }) => sku),
    ...stock.waitingFor(orderId),
  ]);
  return [...skus].map((sku) => {
    const state = stock.stateOf(sku);
    const queued = state.queue?.lines ?? [];
    const waiting = queued.filter(({ terms }) => !isEnded(terms, now));
    const product = new Product({
      ...state,
      ...{ loaded: everything, queue: { waiting: waiting.length, lines: waiting } },
      lines: state.lines.filter((line) => !isEnded(termsOf(line), now)),
    });
    for (const line of state.lines.filter((line) => isEnded(termsOf(line), now)))
      product.endedPromises.keep(line.orderId, promisedDateOf(line, state.batches));
    for (const line of queued.filter(({ terms }) => isEnded(terms, now)))
      product.endedPromises.keep(line.orderId, line.promisedDate);
    return product;
  });
}

export function pictureOf({ version, batches, lines, queue, policy }: ProductState): Picture {
  const waiting = queue?.lines ?? [];
  return {
    version,
    batches: batches
      .map(({ goods, earlier: _, enteredAt: __, ...batch }) => ({
        ...batch,
        ...(goods?.received && { received: goods.received }),
      }))
      .sort(byReference),
    lines: lines.map((line) => ({
      ...{
        orderId: line.orderId,
        terms: termsPicture(termsOf(line)),
        mayWait: termsOf(line).mayWait === true,
      },
      promisedDate: promisedDateOf(line, batches),
      claims: [...claimsOf(line)].sort(byBatch),
    })),
    waiting: waiting
      .toSorted((a, b) => placeInQueue(a) - placeInQueue(b))
      .map(({ orderId, quantity, terms, promisedDate }) => ({
        ...{ orderId, quantity, promisedDate, terms: termsPicture(terms), channel: terms.channel ?? '' },
      })),
    orderIds: [...lines, ...waiting].sort((a, b) => a.sequence - b.sequence).map(({ orderId }) => orderId),
    policy: { ...DEFAULT_POLICY, ...policy },
    lastChannel: queue?.lastChannel ?? null,
  };
}

function promisedDateOf(line: AllocatedLine, batches: readonly BatchState[]): string | null {
  if (line.promisedDate !== undefined) return line.promisedDate;
  return promisedAt(
    line.sequence,
    batches.find(({ reference }) => reference === line.batchReference)!,
  );
}
