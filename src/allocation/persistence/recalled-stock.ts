import type { EntityManager } from 'typeorm';
import { settleAll } from '../../kernel/domain/settle-all.js';
import {
  ConcurrentChange,
  type Aggregate,
  type Recalled,
  type Transaction,
} from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Order } from '../domain/order.js';
import { withoutRecord } from '../domain/order-state.js';
import { Product } from '../domain/product.js';
import { isOrderNeed, orderKey, type OrderNeed, type ProductNeed, type StockNeed } from '../domain/stock.js';
import { insertOrders, lockOrders } from './order-records.js';
import type { ProductMemory, RememberedProduct } from './product-memory.js';
import { THIS_SERVER, type Writer } from './write-products.js';

export type NewLineNeed = ProductNeed & Required<Pick<ProductNeed, 'orderId'>>;

/** Whether the work allocates a line and does nothing else. */
export function isNewLineNeed(need: StockNeed): need is NewLineNeed {
  return 'onlyAllocates' in need && need.onlyAllocates === true && need.orderId !== undefined;
}

/** What is taken for new. */
export class NewNeeds {
  readonly lines: NewLineNeed[] = [];
  readonly orders: OrderNeed[] = [];
  readonly #orderIds = new Set<string>();

  /** @returns undefined if a work does something else, or if one is about an order that another work changes as a whole */
  static of(needs: readonly StockNeed[]): NewNeeds | undefined {
    const found = new NewNeeds();
    for (const need of needs) if (!found.#add(need)) return undefined;
    return found.lines.some(({ orderId }) => found.#orderIds.has(orderId)) ? undefined : found;
  }

  #add(need: StockNeed): boolean {
    if (isNewLineNeed(need)) return this.lines.push(need) > 0;
    if (!isOrderNeed(need) || !need.onlyPuts || this.#orderIds.has(need.orderId)) return false;
    this.#orderIds.add(need.orderId);
    return this.orders.push(need) > 0;
  }

  *skus(): Iterable<string> {
    for (const { sku } of this.lines) yield sku;
    for (const { lines } of this.orders) for (const { sku } of lines) yield sku;
  }
}

/** Writes products whose changed lines are all new. */
export type WriteWithNewLines = (tx: Transaction, changed: readonly Product[]) => Promise<void>;

/**
 * Products as this process has left them, for works that allocate new lines or put new orders. Every line and every order is
 * taken for new: if one is not, or a product was changed since, `save` fails, and nothing is written.
 */
export class RecalledStock implements Recalled<Aggregate, StockNeed> {
  readonly written: Promise<void>;
  readonly #left: readonly RememberedProduct[];
  /** The transactions that wrote these. */
  readonly #writers = new Map<Promise<Writer>, Writer>();

  /**
   * @param now the time of the process: that of the database, which is in no answer about a new order, is stored
   */
  constructor(
    private readonly memory: ProductMemory,
    left: ReadonlyMap<string, RememberedProduct>,
    private readonly needs: NewNeeds,
    private readonly now: Date,
    private readonly write: WriteWithNewLines,
  ) {
    this.#left = [...left.values()];
    this.written = this.#whenWritten();
    // It is awaited later, or never if a work fails before.
    this.written.catch(() => undefined);
  }

  async #whenWritten(): Promise<void> {
    const writers = new Set(this.#left.map(({ writer }) => writer));
    for (const writer of writers) this.#writers.set(writer, await writer);
  }

  keyOf(need: StockNeed): string {
    return isOrderNeed(need) ? orderKey(need.orderId) : need.sku;
  }

  load(): Promise<ReadonlyMap<string, Product | Order>> {
    const loaded = new Map<string, Product | Order>();
    const products = new Map<string, Product>();
    for (const left of this.#left) {
      const product = new Product({ ...left, lines: [], loaded: partOf(left) });
      this.memory.admit(product);
      products.set(left.sku, product);
      loaded.set(left.sku, product);
    }
    for (const { orderId, lines } of this.needs.orders) {
      const itsProducts = lines.map(({ sku }) => products.get(sku)!);
      loaded.set(orderKey(orderId), new Order(withoutRecord(orderId, this.now), itsProducts, this.now));
    }
    return Promise.resolve(loaded);
  }

  /**
   * To be called once they are written.
   * @throws {ConcurrentChange} if a product is not as it was left or the transaction that left it is in doubt, a line or an order is
   * not new, or the order of a line has a record by now
   */
  async save(tx: Transaction, changed: readonly Aggregate[]): Promise<void> {
    const manager = managerOf(tx);
    const products = changed.filter((each) => each instanceof Product);
    const orders = changed.filter((each) => each instanceof Order);
    await settleAll(
      lockOrders(manager, orderIdsOf(this.needs.orders), orderIdsOf(this.needs.lines)),
      this.#confirm(manager, this.#notAdded(products)),
      orders.length > 0 && insertOrders(manager, orders),
      this.write(tx, products),
    );
  }

  /** The lines that were refused: it would be wrong if they were there already. Those that are added must be new. */
  #notAdded(changed: readonly Product[]): NewLineNeed[] {
    const products = new Map(changed.map((product) => [product.sku, product]));
    return this.needs.lines.filter(({ sku, orderId }) => !products.get(sku)?.holds(orderId));
  }

  /** Locks the products in the order of SKUs, as `lockProductRows` does. */
  async #confirm(manager: EntityManager, notAdded: readonly NewLineNeed[]): Promise<void> {
    // A row that another transaction is changing is judged by what it is after that, so all are locked before any is judged.
    const [row] = await manager.query<{ areUnchanged: boolean }[]>(
      `with locked as materialized (
         select product.version, product.xmin::text as writer, remembered.version as was, remembered.writer as by
           from unnest($1::text[], $2::bigint[], $3::text[]) as remembered (sku, version, writer)
           join allocation.product using (sku)
          order by sku
            for no key update of product)
       select (select count(*) from locked where version = was and writer = by) = cardinality($1)
              and ${THIS_SERVER} = all ($8::text[])
              and not exists (select from allocation.customer_order where order_id = any($4))
              and not exists (select from unnest($5::text[], $6::text[]) as refused (order_id, sku)
                                join allocation.line using (order_id, sku))
              and not exists (select from allocation.line where order_id = any($7))
              and not exists (select from allocation.backorder where order_id = any($7)) as "areUnchanged"`,
      [
        this.#left.map(({ sku }) => sku),
        this.#left.map(({ version }) => version),
        this.#left.map(({ writer }) => toXmin(this.#writers.get(writer)!.transactionId)),
        orderIdsOf([...this.needs.lines, ...this.needs.orders]),
        orderIdsOf(notAdded),
        notAdded.map(({ sku }) => sku),
        orderIdsOf(this.needs.orders),
        [...new Set([...this.#writers.values()].map(({ server }) => server))],
      ],
    );
    // A transaction that has failed or is in doubt may be gone, and another one may have its id.
    const isInDoubt = this.#left.some((left) => this.memory.isInDoubt(left));
    if (!row!.areUnchanged || isInDoubt) throw new ConcurrentChange(this.#left.map(({ sku }) => sku));
  }

  ended(isCommitted: boolean): void {
    this.memory.judge(isCommitted);
    if (!isCommitted) this.memory.forget(this.#left);
  }
}

/** What is certain of a product if it is as it was left, and every line is new. */
function partOf({ hasEveryOpenBatch }: RememberedProduct) {
  return {
    hasOrder: () => true,
    hasBatch: () => false,
    hasEveryOpenBatch,
    leavingLinesUpTo: () => -Infinity,
  };
}

function orderIdsOf(lines: readonly { readonly orderId: string }[]): string[] {
  return lines.map(({ orderId }) => orderId);
}

/** A row names the transaction that wrote it by the last 32 bits of its id. */
function toXmin(transactionId: string): string {
  return String(BigInt.asUintN(32, BigInt(transactionId)));
}
