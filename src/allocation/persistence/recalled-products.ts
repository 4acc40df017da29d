import type { EntityManager } from 'typeorm';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { ConcurrentChange, type Recalled, type Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Product } from '../domain/product.js';
import type { ProductNeed, StockNeed } from '../domain/stock.js';
import { lockOrders } from './order-records.js';
import type { ProductMemory, RememberedProduct } from './product-memory.js';

export type NewLineNeed = ProductNeed & Required<Pick<ProductNeed, 'orderId'>>;

/** Whether the work allocates a line and does nothing else. */
export function isNewLineNeed(need: StockNeed): need is NewLineNeed {
  return 'onlyAllocates' in need && need.onlyAllocates === true && need.orderId !== undefined;
}

/** Writes products whose changed lines are all new. */
export type WriteWithNewLines = (tx: Transaction, changed: readonly Product[]) => Promise<void>;

/**
 * Products as this process has left them, for works that allocate new lines. Every line is taken for new: if one is not,
 * or a product was changed since, `save` fails, and nothing is written.
 */
export class RecalledProducts implements Recalled<Product, ProductNeed> {
  readonly written: Promise<void>;
  readonly #left: readonly RememberedProduct[];
  /** The ids of the transactions that wrote these. */
  readonly #ids = new Map<Promise<string>, string>();

  constructor(
    private readonly memory: ProductMemory,
    left: ReadonlyMap<string, RememberedProduct>,
    private readonly needs: readonly NewLineNeed[],
    private readonly write: WriteWithNewLines,
  ) {
    this.#left = [...left.values()];
    this.written = this.#whenWritten();
    // It is awaited later, or never if a work fails before.
    this.written.catch(() => undefined);
  }

  async #whenWritten(): Promise<void> {
    const writers = new Set(this.#left.map(({ writer }) => writer));
    for (const writer of writers) this.#ids.set(writer, await writer);
  }

  keyOf({ sku }: ProductNeed): string {
    return sku;
  }

  load(): Promise<ReadonlyMap<string, Product>> {
    const products = this.#left.map((left) => {
      const product = new Product({ ...left, lines: [], loaded: partOf(left) });
      this.memory.admit(product);
      return [left.sku, product] as const;
    });
    return Promise.resolve(new Map(products));
  }

  /**
   * To be called once they are written.
   * @throws {ConcurrentChange} if a product is not as it was left, a line is not new, or an order has a record by now
   */
  async save(tx: Transaction, changed: readonly Product[]): Promise<void> {
    const manager = managerOf(tx);
    await settleAll(
      lockOrders(manager, [], orderIdsOf(this.needs)),
      this.#confirm(manager, this.#notAdded(changed)),
      this.write(tx, changed),
    );
  }

  /** The lines that were refused: it would be wrong if they were there already. Those that are added must be new. */
  #notAdded(changed: readonly Product[]): NewLineNeed[] {
    const added = new Map(changed.map(({ sku, changes }) => [sku, new Set(orderIdsOf(changes.lines))]));
    return this.needs.filter(({ sku, orderId }) => !added.get(sku)?.has(orderId));
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
              and not exists (select from allocation.customer_order where order_id = any($4))
              and not exists (select from unnest($5::text[], $6::text[]) as refused (order_id, sku)
                                join allocation.line using (order_id, sku)) as "areUnchanged"`,
      [
        this.#left.map(({ sku }) => sku),
        this.#left.map(({ version }) => version),
        this.#left.map(({ writer }) => toXmin(this.#ids.get(writer)!)),
        orderIdsOf(this.needs),
        orderIdsOf(notAdded),
        notAdded.map(({ sku }) => sku),
      ],
    );
    if (!row!.areUnchanged) throw new ConcurrentChange(this.#left.map(({ sku }) => sku));
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
