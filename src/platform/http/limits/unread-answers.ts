/** How many bytes of answers each caller has been given that have not left the process yet. */
export class UnreadAnswers {
  readonly #bytes = new Map<string, number>();
  readonly #most: number;

  /** @param most bytes of one caller */
  constructor(most: number) {
    this.#most = most;
  }

  hasRoom(caller: string): boolean {
    return (this.#bytes.get(caller) ?? 0) < this.#most;
  }

  add(caller: string, bytes: number): void {
    this.#bytes.set(caller, (this.#bytes.get(caller) ?? 0) + bytes);
  }

  remove(caller: string, bytes: number): void {
    const left = (this.#bytes.get(caller) ?? 0) - bytes;
    if (left > 0) this.#bytes.set(caller, left);
    else this.#bytes.delete(caller);
  }
}
