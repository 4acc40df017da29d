/** The marker of a row that is a whole body of the API already, with its `lines`. */
export const WHOLE = 'whole';

/** What is wrong with a row: in one of its columns, or in all of it. */
export interface Fault {
  readonly column: string | null;
  readonly message: string;
}

export interface FileRow {
  /** From 1. */
  readonly line: number;
  /** As in the file. */
  readonly text: string;
  /** By the names of the columns, as far as they could be read; null if the line could not be split. */
  readonly values: Readonly<Record<string, unknown>> | null;
  /** Null if it is invalid. */
  readonly row: Readonly<Record<string, unknown>> | null;
  readonly faults: readonly Fault[];
}
