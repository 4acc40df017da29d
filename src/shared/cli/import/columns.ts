import { newCode } from '../../validation/code.js';
import { dayOrNull, MOST_UNITS, wholeNumber, type Rule } from '../../validation/rules.js';
import { cellsOf } from './csv.js';

/** One column of a file: what it may hold, and how a cell of text is read. */
export interface Column<T> {
  /** In the header; the field's own name where it is left out. */
  readonly name?: string;
  readonly rule: Rule;
  readonly read: (cell: string) => unknown;
  /** What stands for it where it is left out; without it the column is required. */
  readonly absent?: T;
}

/** A reference, a SKU, an order. */
export const code = (name?: string): Column<string> => ({
  ...(name !== undefined && { name }),
  rule: newCode,
  read: (cell) => cell,
});

/** Units of a product. */
export const units: Column<number> = {
  rule: wholeNumber({ min: 1, max: MOST_UNITS }),
  read: (cell) => (/^\d+$/.test(cell) ? Number(cell) : cell),
};

/** A day, `YYYY-MM-DD`; none where the cell is empty. */
export const day: Column<string | null> = {
  rule: dayOrNull,
  read: (cell) => (cell === '' ? null : cell),
  absent: null,
};

/** The first line is not the header of such a file. */
export class WrongHeader extends Error {}

/** A line that is no row of the file. */
export class BadRow extends Error {
  /** @param reason its name for machines */
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

interface NamedColumn extends Column<unknown> {
  readonly field: string;
  readonly name: string;
}

/** Reads a line as a row. */
export type RowReader<Row> = (line: string) => Row;

/** The columns that a file has, in whichever order. */
export class Columns<Row extends object> {
  readonly #columns: readonly NamedColumn[];

  constructor(columns: { readonly [Field in keyof Row]: Column<Row[Field]> }) {
    this.#columns = Object.entries<Column<unknown>>(columns).map(([field, column]) => ({
      name: field,
      ...column,
      field,
    }));
  }

  /** The header in the order of the documentation. */
  get header(): string {
    return this.#columns.map(({ name }) => name).join(',');
  }

  /**
   * The reader of a CSV file with this header.
   * @throws {WrongHeader}
   */
  csv(header: string): RowReader<Row> {
    const names = cellsOf(header) ?? [];
    const columns = names.map((name) => this.#columns.find((column) => column.name === name));
    const isComplete = this.#columns.every(
      (column) => column.absent !== undefined || columns.includes(column),
    );
    if (columns.includes(undefined) || new Set(names).size < names.length || !isComplete) {
      throw new WrongHeader(`The first line must name the columns ${this.header}.`);
    }
    return (line) => this.#readCells(line, columns as NamedColumn[]);
  }

  /** The reader of a file with a JSON object on each line, its members named as the columns or as in REST. */
  get ndjson(): RowReader<Row> {
    return (line) => this.#row(this.#readMembers(line));
  }

  #readCells(line: string, columns: readonly NamedColumn[]): Row {
    const cells = cellsOf(line);
    if (!cells) throw new BadRow('malformed-row', 'The quotes do not match.');
    if (cells.length !== columns.length) {
      throw new BadRow('malformed-row', `The row has ${cells.length} columns, the header ${columns.length}.`);
    }
    return this.#row(new Map(columns.map(({ field, read }, i) => [field, read(cells[i]!)])));
  }

  #readMembers(line: string): Map<string, unknown> {
    const value = parseJson(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new BadRow('malformed-row', 'The line must be a JSON object.');
    }
    const values = new Map<string, unknown>();
    for (const [name, member] of Object.entries(value)) {
      const column = this.#columns.find((each) => each.name === name || each.field === name);
      if (!column)
        throw new BadRow('validation-failed', `${name.slice(0, 100)} is not a field that is known here.`);
      values.set(column.field, member);
    }
    return values;
  }

  #row(values: ReadonlyMap<string, unknown>): Row {
    const row: Record<string, unknown> = {};
    for (const { field, name, rule, absent } of this.#columns) {
      const value = values.has(field) ? values.get(field) : absent;
      if (!rule.allows(value)) {
        throw new BadRow('validation-failed', `${name} ${value === undefined ? 'is required' : rule.says}.`);
      }
      row[field] = value;
    }
    return row as Row;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new BadRow('malformed-json', `The line is not JSON: ${(error as Error).message}.`);
  }
}
