/** Counts what each caller has, such as bytes of answers that it has not read. */
export class PerCaller {
  readonly #counts = new Map<string, number>();

  constructor(private readonly most: number) {}

  hasRoom(caller: string): boolean {
    return this.#countOf(caller) < this.most;
  }

  add(caller: string, count = 1): void {
    this.#counts.set(caller, this.#countOf(caller) + count);
  }

  remove(caller: string, count = 1): void {
    const left = this.#countOf(caller) - count;
    if (left > 0) this.#counts.set(caller, left);
    else this.#counts.delete(caller);
  }

  #countOf(caller: string): number {
    return this.#counts.get(caller) ?? 0;
  }
}
