import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Product } from './product.js';

/** Which product, and what of it the work will touch. */
export interface ProductNeed {
  readonly sku: string;
  /**
   * Units that the work will claim from the open batches at most: they are loaded in the order of preference up to
   * one that could hold them all, as none behind it can be chosen. Left out: every open batch.
   */
  readonly units?: number;
  /** The line of this order. */
  readonly orderId?: string;
  /** This batch, even when it is full. */
  readonly batchReference?: string;
  /** The newest lines of `batchReference`: as many as have to leave so that the rest fits this quantity. */
  readonly shrinkTo?: number;
  /** Whether the lines of `batchReference` are to be counted. */
  readonly countsLines?: boolean;
}

/** Where products live: one with PostgreSQL behind it, one in memory for tests. */
export abstract class Products implements Store<Product, ProductNeed> {
  keyOf(need: ProductNeed): string {
    return need.sku;
  }

  abstract load(tx: Transaction, needs: readonly ProductNeed[]): Promise<ReadonlyMap<string, Product>>;
  abstract save(tx: Transaction, changed: readonly Product[]): Promise<void>;
}
