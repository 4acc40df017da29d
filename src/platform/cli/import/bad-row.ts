/** A line that is no row of the file. */
export class BadRow extends Error {
  /**
   * @param reason its name for machines
   * @param values what could be read of it, by the names of the columns; null if it could not be split
   * @param text what it was, if that is not the line itself
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

/** Adds to what is wrong with a row what could be read of it. */
export function withValues(error: unknown, values: () => Readonly<Record<string, unknown>> | null): unknown {
  return error instanceof BadRow ? new BadRow(error.reason, error.message, values(), error.text) : error;
}
