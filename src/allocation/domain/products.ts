import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Product } from './product.js';

/** Which product the work changes, and which part of it. */
export interface ProductNeed {
  readonly sku: string;
  /**
   * The most units that the work claims. Open batches are loaded in the order of preference up to the first that could
   * hold them all, since none behind it can be chosen. Left out: every open batch.
   */
  readonly units?: number;
  /** The line of this order. */
  readonly orderId?: string;
  /** This batch, even when it is full. */
  readonly batchReference?: string;
  /** Loads the newest lines of `batchReference`: as many as have to leave so that the rest fits this quantity. */
  readonly newQuantity?: number;
  /** Whether the work needs the number of lines of `batchReference`. */
  readonly countsLines?: boolean;
}

/** The store of products: one in PostgreSQL, one in memory for tests. */
export abstract class Products implements Store<Product, ProductNeed> {
  keyOf(need: ProductNeed): string {
    return need.sku;
  }

  abstract load(tx: Transaction, needs: readonly ProductNeed[]): Promise<ReadonlyMap<string, Product>>;
  abstract save(tx: Transaction, changed: readonly Product[]): Promise<void>;
}
