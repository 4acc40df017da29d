/** Counts the bytes of answers that each caller was given and has not read yet. */
export class UnreadAnswers {
  readonly #bytes = new Map<string, number>();

  constructor(private readonly maxBytesPerCaller: number) {}

  hasRoom(caller: string): boolean {
    return (this.#bytes.get(caller) ?? 0) < this.maxBytesPerCaller;
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
