import { newCode } from '../../../vocabulary/code.js';
import { dayOrNull, MOST_UNITS, wholeNumber, type Rule } from '../../../vocabulary/rules.js';
import { BadRow } from './bad-row.js';
import { whyNoCode, whyNoDay, whyNoUnits } from './spreadsheet-marks.js';

/** One column of a file: what it may hold, and how a cell of text is read. */
export interface Column<T> {
  /** In the header; the field's own name where it is left out. */
  readonly name?: string;
  /** Other names that files have for it. Case, spaces, `_` and `-` make no difference to any name. */
  readonly aliases?: readonly string[];
  readonly rule: Rule;
  readonly read: (cell: string) => unknown;
  /** Why a text that the rule lets in is not meant, as the end of a sentence. */
  readonly whyNotMeant?: (value: string) => string | undefined;
  /** Why the rule does not let a text in, as the end of a sentence; undefined: the rule says enough. */
  readonly whyNot?: (value: string) => string | undefined;
  /** What stands for it where it is left out; a column that has no such value is required. */
  readonly absent?: T;
}

/** A reference, a SKU, an order. */
export const code = (name?: string, ...aliases: readonly string[]): Column<string> => ({
  ...(name !== undefined && { name }),
  aliases,
  rule: newCode,
  read: (cell) => cell,
  whyNotMeant: whyNoCode,
});

const unitsFrom = (min: number): Column<number> => ({
  aliases: ['qty'],
  rule: wholeNumber({ min, max: MOST_UNITS }),
  read: (cell) => (/^\d+$/.test(cell) ? Number(cell) : cell),
  whyNot: whyNoUnits,
});

/** Units of a product. */
export const units: Column<number> = unitsFrom(1);

/** Units of a product, or none. */
export const unitsOrNone: Column<number> = unitsFrom(0);

/** A day, `YYYY-MM-DD`; none where the cell is empty. */
export const day: Column<string | null> = {
  rule: dayOrNull,
  read: (cell) => (cell === '' ? null : cell),
  whyNot: whyNoDay,
  absent: null,
};

/** A day that may be left open: undefined if the file has no such column. */
export const dayOrOpen: Column<string | null | undefined> = {
  ...day,
  rule: { message: dayOrNull.message, isValid: (value) => value === undefined || dayOrNull.isValid(value) },
  absent: undefined,
};

export interface NamedColumn extends Column<unknown> {
  readonly field: string;
  readonly name: string;
}

/** Reads a line as a row. */
export type RowReader<Row> = (line: string) => Row;

/** The columns that a file has, in whichever order. */
export class Columns<Row extends object> {
  readonly all: readonly NamedColumn[];
  readonly #byName = new Map<string, NamedColumn>();
  readonly #ignored: ReadonlySet<string>;

  /** @param ignored columns that an export has besides: their values are what the service finds out by itself */
  constructor(
    columns: { readonly [Field in keyof Row]: Column<Row[Field]> },
    { ignored = [] }: { readonly ignored?: readonly string[] } = {},
  ) {
    this.#ignored = new Set(ignored.map(plain));
    this.all = Object.entries<Column<unknown>>(columns).map(([field, column]) => ({
      name: field,
      ...column,
      field,
    }));
    for (const column of this.all)
      for (const name of [column.name, column.field, ...(column.aliases ?? [])])
        this.#byName.set(plain(name), column);
  }

  /** The header in the order of the documentation. */
  get header(): string {
    return this.all.map(({ name }) => name).join(',');
  }

  /** The column of that name, or of one that means the same. */
  named(name: string): NamedColumn | undefined {
    return this.#byName.get(name) ?? this.#byName.get(plain(name));
  }

  /** Whether a file may have a column of that name, which is not looked at. */
  isIgnored(name: string): boolean {
    return this.#ignored.has(plain(name));
  }

  /**
   * @param values by their columns
   * @throws {BadRow} if one of them is not allowed
   */
  row(values: ReadonlyMap<NamedColumn, unknown>): Row {
    const row: Record<string, unknown> = {};
    for (const column of this.all) {
      const value = values.has(column) ? values.get(column) : column.absent;
      const wrong = whatIsWrong(column, value);
      if (wrong !== undefined) throw new BadRow('validation-failed', wrong);
      row[column.field] = value;
    }
    return row as Row;
  }

  /** A row's values by the names of their columns. */
  valuesOf(row: Row): Record<string, unknown> {
    return Object.fromEntries(this.all.map(({ name, field }) => [name, row[field as keyof Row]]));
  }
}

function whatIsWrong({ name, rule, whyNot, whyNotMeant, ...column }: NamedColumn, value: unknown) {
  if (!rule.isValid(value)) {
    if (value === undefined && !('absent' in column)) return `${name} is required.`;
    const why = typeof value === 'string' ? whyNot?.(value) : undefined;
    return `${name} ${rule.message}${why === undefined ? '' : `: ${why}`}.`;
  }
  const why = typeof value === 'string' ? whyNotMeant?.(value) : undefined;
  return why === undefined ? undefined : `${name} is not what anyone means: ${why}.`;
}

/** `Order ID`, `order-id` and `orderid` are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');
