/** Reads a line as a row. */
export type RowReader<Row> = (line: string) => Row;

/** A line that is no valid row. */
export class InvalidRow extends Error {
  /**
   * @param reason for machines
   * @param values by column, as far as they could be read; null if the line could not be split
   * @param text the original row, if it is not the line itself; empty if the line cannot be read
   */
  constructor(
    readonly reason: string,
    message: string,
    readonly values: Readonly<Record<string, unknown>> | null = null,
    readonly text?: string,
  ) {
    super(message);
  }
}

/**
 * Numbers the rows of a file that share a text, in the order of the file: `PO-7/1`, `PO-7/2`. The same file always gives
 * the same numbers, however much of it was imported before. It holds every text of the file in memory.
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

const QUOTED_CHARACTERS = 60;

/** Shortens a text of a file for a message. */
export function shorten(text: string): string {
  const characters = [...text.slice(0, 2 * QUOTED_CHARACTERS + 2)];
  return characters.length > QUOTED_CHARACTERS ? `${characters.slice(0, QUOTED_CHARACTERS).join('')}…` : text;
}
