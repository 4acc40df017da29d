import type { Aggregate, Recalled, Store, Transaction } from '../../kernel/domain/store.js';
import type { DocumentKey } from './document.js';
import type { Order } from './order.js';
import type { Product } from './product.js';

/** Which product the work changes, and which part of it. */
export interface ProductNeed {
  readonly sku: string;
  /**
   * The most units that the work claims. Open batches are loaded in the order of preference up to the first that could
   * hold them all, since none behind it can be chosen. Left out: every open batch.
   */
  readonly units?: number;
  /**
   * Whether one batch has to hold all of these units. If all needs of a product say so, fewer batches are loaded: up to
   * the one by which every work is sure to find its batch, whatever the works before it have taken.
   */
  readonly fromOneBatch?: boolean;
  /** The day by which the line needs them, `YYYY-MM-DD`: a batch has to keep until then. Left out or null: any day. */
  readonly neededBy?: string | null;
  /** The line of this order. */
  readonly orderId?: string;
  /**
   * Whether the work allocates this line with `Product.allocate` and does nothing else. Then the product may be recalled, and
   * the line is taken for a new one: if it is not, the work is run again on what is loaded.
   */
  readonly onlyAllocates?: boolean;
  /** This batch, even when it is full. */
  readonly batchReference?: string;
  /** Loads the lines of `batchReference` that leave it first: as many as have to leave so that the rest fits this quantity. */
  readonly newQuantity?: number;
  /**
   * The same for a quantity that depends on what is there: so many units more or, if `keepsOnHand`, what is on hand and
   * so many units more.
   */
  readonly resize?: { readonly by: number; readonly keepsOnHand?: boolean };
  /** At most so many of the lines that leave. Left out: as many as have to. */
  readonly mostLines?: number;
  /** Units that it makes free, beside those that the lines above claim: with them, lines that wait may be met. Left out: 0. */
  readonly frees?: number;
  /** Whether it may change in which order lines that wait get units: then all that any order needs are loaded. */
  readonly changesPolicy?: boolean;
  /** Whether the work needs the number of lines of `batchReference`. */
  readonly countsLines?: boolean;
  /** Whether the work needs every line that claims its units or waits for them, with the channels of their orders. */
  readonly everyLine?: boolean;
  /** The document that the work writes. */
  readonly document?: DocumentKey;
}

/** Which order the work changes: it is loaded with the products of all lines that it has, and of these. */
export interface OrderNeed {
  readonly orderId: string;
  /** What the work may claim. */
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly neededBy?: string | null;
  }[];
  /** Whether its lines may come from some places only: then every open batch of its products is loaded. */
  readonly hasLocations?: boolean;
  /**
   * Whether the work makes the order a firm one with `Order.put`, of units from any place, and does nothing else. Then its
   * products may be recalled, and the order is taken for a new one: if it is not, the work is run again on what is loaded.
   */
  readonly onlyPuts?: boolean;
  /** Whether the work may claim again what the order has lost. */
  readonly reclaims?: boolean;
  /** The document that the work writes. With it, all batches are loaded that units of the order have left. */
  readonly document?: DocumentKey;
}

export type StockNeed = ProductNeed | OrderNeed;

/**
 * The store of products, and of the orders whose lines claim units of them: one in PostgreSQL, one in memory for tests.
 * Both are in one store, so that changes of orders and of single lines share their transactions.
 *
 * A store ends holds by its own clock when it loads a product (rule 11).
 */
export abstract class Stock implements Store<Aggregate, StockNeed> {
  /** For works on a product. */
  readonly products = this as unknown as Store<Product, ProductNeed>;
  /** For works on an order and all of its products. */
  readonly orders = this as unknown as Store<Order, OrderNeed>;

  keyOf(need: StockNeed): string {
    return isOrderNeed(need) ? orderKey(need.orderId) : need.sku;
  }

  sizeOf(need: StockNeed): number {
    return isOrderNeed(need) ? Math.max(need.lines.length, 1) : 1;
  }

  /** Any number of lines may leave a batch that shrinks, and a reallocation run looks at all lines of its product. */
  isLarge(need: StockNeed): boolean {
    return !isOrderNeed(need) && (need.everyLine === true || (need.resize?.by ?? 0) < 0);
  }

  /** For simulations of works on both. */
  readonly all = this as unknown as Store<Product | Order, StockNeed>;

  /** See `Store`. Left out here: nothing is remembered. */
  recall(needs: readonly StockNeed[]): Recalled<Aggregate, StockNeed> | undefined {
    void needs;
    return undefined;
  }

  abstract load(tx: Transaction, needs: readonly StockNeed[]): Promise<ReadonlyMap<string, Product | Order>>;
  abstract save(tx: Transaction, changed: readonly Aggregate[]): Promise<void>;
}

export function isOrderNeed(need: StockNeed): need is OrderNeed {
  return 'lines' in need;
}

/** No SKU begins with a control character, so no order has the key of a product. */
export function orderKey(orderId: string): string {
  return `\n${orderId}`;
}
