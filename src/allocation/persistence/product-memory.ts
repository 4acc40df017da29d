import type { Product } from '../domain/product.js';
import type { ProductWithoutLines } from '../domain/product-state.js';
import type { Writer } from './write-products.js';

/** Products that a process remembers. One has a few open batches, nearly always one. */
const MOST_PRODUCTS = 10_000;
/** A product with more open batches is loaded: what it offers changes more often than it is asked for. */
const MOST_BATCHES = 16;
/** After groups that have failed, at most so many are loaded before the next one relies on what is remembered. */
const LONGEST_PAUSE = 64;

/** A product as a transaction of this process has left it. */
export interface RememberedProduct extends ProductWithoutLines {
  readonly sku: string;
  /** The transaction: it resolves once the product is written, and may yet be rolled back. */
  readonly writer: Promise<Writer>;
}

/**
 * How this process has left products, so that the next lines of them can be allocated without a load. It is a guess that
 * PostgreSQL confirms: a product is as it was left if its row is still the one that this transaction wrote.
 *
 * A product that another process changes, too, is not remembered: the guess would be wrong each time.
 */
export class ProductMemory {
  readonly #products = new Recent<RememberedProduct>(MOST_PRODUCTS);
  /** The versions that this process left. */
  readonly #versions = new Recent<number>(MOST_PRODUCTS);
  readonly #memorable = new WeakSet<Product>();
  readonly #inDoubt = new WeakSet<RememberedProduct>();
  /** Groups that are loaded before the next one relies on what is remembered. */
  #pause = 0;
  #nextPause = 1;

  /** Nothing is remembered of a product unless it was loaded so that its next lines can be allocated by what is here. */
  admit(product: Product): void {
    const left = this.#versions.get(product.sku);
    if (left === undefined || left === product.version) this.#memorable.add(product);
  }

  find(sku: string): RememberedProduct | undefined {
    return this.#products.get(sku);
  }

  /**
   * The products are being written.
   * @param writer see `RememberedProduct`
   * @returns what is to be called if the transaction is not known to have committed: its id may be given out again. It may be
   *   called twice
   */
  note(products: readonly Product[], writer: Promise<Writer>): () => void {
    const noted: RememberedProduct[] = [];
    for (const product of products) {
      const { sku, version } = product;
      this.#versions.set(sku, version + 1);
      const left = this.#memorable.has(product) ? product.withoutLines : undefined;
      if (left && left.batches.length <= MOST_BATCHES) noted.push({ sku, ...left, writer });
      else this.#products.delete(sku);
    }
    for (const remembered of noted) this.#products.set(remembered.sku, remembered);
    const forget = () => {
      for (const remembered of noted) this.#inDoubt.add(remembered);
      this.forget(noted);
    };
    writer.catch(forget);
    return forget;
  }

  /** Whether the transaction that has left the product so has failed, or is not known to have committed. */
  isInDoubt(remembered: RememberedProduct): boolean {
    return this.#inDoubt.has(remembered);
  }

  forget(products: Iterable<RememberedProduct>): void {
    for (const remembered of products)
      if (this.#products.get(remembered.sku) === remembered) this.#products.delete(remembered.sku);
  }

  /** Whether the next group may rely on what is remembered. */
  get isTrusted(): boolean {
    if (this.#pause === 0) return true;
    this.#pause--;
    return false;
  }

  /** A group has relied on it. */
  judge(wasRight: boolean): void {
    this.#pause = wasRight ? 0 : this.#nextPause;
    this.#nextPause = wasRight
      ? Math.max(1, Math.floor(this.#nextPause / 2))
      : Math.min(LONGEST_PAUSE, 2 * this.#nextPause);
  }
}

/** Values by SKU: those that were used last, at most so many. */
class Recent<Value> {
  readonly #values = new Map<string, Value>();

  constructor(private readonly most: number) {}

  get(sku: string): Value | undefined {
    return this.#values.get(sku);
  }

  set(sku: string, value: Value): void {
    this.#values.delete(sku);
    this.#values.set(sku, value);
    if (this.#values.size > this.most) this.#values.delete(this.#values.keys().next().value!);
  }

  delete(sku: string): void {
    this.#values.delete(sku);
  }
}
