/**
 * Numbers the rows of a file that share a text, each text by itself and in the order of the file: `PO-7/1`, `PO-7/2`. The
 * same file gives the same numbers, whatever of it was taken before. It remembers every text of the file.
 */
export class Numbering {
  readonly #counts = new Map<string, number>();

  /** @param field of the row whose text is numbered */
  constructor(readonly field: string) {}

  next(text: string): string {
    const number = (this.#counts.get(text) ?? 0) + 1;
    this.#counts.set(text, number);
    return `${text}/${number}`;
  }
}
