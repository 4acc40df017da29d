/** Of the SKUs that were seen last, those with a property that may change: at most so many. */
export class RecentSkus {
  readonly #skus = new Set<string>();

  constructor(private readonly most: number) {}

  has(sku: string): boolean {
    return this.#skus.has(sku);
  }

  note(sku: string, hasProperty: boolean): void {
    this.#skus.delete(sku);
    if (!hasProperty) return;
    this.#skus.add(sku);
    if (this.#skus.size > this.most) this.#skus.delete(this.#skus.keys().next().value!);
  }
}
