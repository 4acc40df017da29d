import { eta as etaValue } from '../../../vocabulary/eta.js';
import { newLocation } from '../../../vocabulary/location.js';
import { newOrderId } from '../../../vocabulary/order-id.js';
import { quantity as quantityValue, quantityOrZero as orZero } from '../../../vocabulary/quantity.js';
import { reason } from '../../../vocabulary/reason.js';
import { newReference, reference as storedReference } from '../../../vocabulary/reference.js';
import { newSku, sku as storedSku } from '../../../vocabulary/sku.js';
import type { Value } from '../../../vocabulary/value.js';
import { InvalidRow } from './row-reader.js';
import { whyNoCode, whyNoDay, whyNoUnits } from './spreadsheet-marks.js';

/** One column of a file: a value of the vocabulary, and how spreadsheets damage it. */
export interface Column<T> {
  /** In the header; the field's own name if it is left out. */
  readonly name?: string;
  /** Other names of the column. Case, spaces, `_` and `-` are ignored in all names. */
  readonly aliases?: readonly string[];
  readonly value: Value<T>;
  /** Why a valid text is probably damaged, as the end of a sentence. */
  readonly whyNotMeant?: (text: string) => string | undefined;
  /** Why a text is invalid, as the end of a sentence; undefined: the rule says enough. */
  readonly whyNot?: (text: string) => string | undefined;
  /** The value of a column that is left out; a column without such a value is required. */
  readonly absent?: T;
}

const ofCode = (value: Value<string>): Column<string> => ({ value, whyNotMeant: whyNoCode });

export const reference: Column<string> = {
  ...ofCode(newReference),
  aliases: ['ref', 'batchref', 'batch_reference'],
};
export const sku: Column<string> = ofCode(newSku);
export const orderId: Column<string> = { ...ofCode(newOrderId), name: 'order_id', aliases: ['order'] };

export const quantity: Column<number> = { value: quantityValue, aliases: ['qty'], whyNot: whyNoUnits };
export const quantityOrZero: Column<number> = { ...quantity, value: orZero };

/** A file without this column has batches on hand. */
export const eta: Column<string | null> = { value: etaValue, whyNot: whyNoDay, absent: null };

/** A file without this column leaves the dates as they are. */
export const etaOrUnchanged: Column<string | null | undefined> = { ...eta, absent: undefined };

/** A code that may be left out: no text, or no such column. */
const orAbsent = (column: Column<string>): Column<string | undefined> => ({
  ...column,
  value: { ...column.value, parse: (text) => (text === '' ? undefined : text) },
  absent: undefined,
});

/** Where a batch is. */
export const location: Column<string | undefined> = orAbsent(ofCode(newLocation));

/** A batch and a SKU that are known already, in a file that may name either. */
export const knownReference: Column<string | undefined> = orAbsent({ ...reference, value: storedReference });
export const knownSku: Column<string | undefined> = orAbsent(ofCode(storedSku));

/** The last day of use. A file without this column has batches that keep, and so has a row without text. */
export const bestBefore: Column<string | null> = { ...eta, name: 'best_before' };

/** A file without this column leaves the days as they are. */
export const bestBeforeOrUnchanged: Column<string | null | undefined> = { ...bestBefore, absent: undefined };

/** `true` or `false`; no text stands for false. */
export const flag: Column<boolean> = {
  value: {
    message: 'must be true or false',
    isValid: (value): value is boolean => typeof value === 'boolean',
    schema: { type: 'boolean' },
    parse: (text) => ({ '': false, false: false, true: true })[text.toLowerCase()] ?? text,
  },
  absent: false,
};

/** A file without this column leaves it as it is. */
export const flagOrUnchanged: Column<boolean | undefined> = { ...flag, absent: undefined };

/** A value that no text, or null, leaves open. */
export const orNull = <T>(value: Value<T>): Column<T | null> => ({
  value: {
    ...value,
    isValid: (given): given is T | null => given === null || value.isValid(given),
    parse: (text) => (text === '' ? null : value.parse(text)),
  },
  absent: null,
});

/** Who a batch was bought from; no text: nobody says it. */
export const supplier: Column<string | null> = { ...ofCode(reason), ...orNull(reason) };

export interface NamedColumn extends Column<unknown> {
  readonly field: string;
  readonly name: string;
}

/** The columns that a file may have, in any order. */
export class Columns<Row extends object> {
  readonly all: readonly NamedColumn[];
  readonly #byName = new Map<string, NamedColumn>();
  readonly #ignored: ReadonlySet<string>;

  /** @param ignored columns that an export also has, whose values an import does not need */
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

  get header(): string {
    return this.all.map(({ name }) => name).join(',');
  }

  named(name: string): NamedColumn | undefined {
    return this.#byName.get(name) ?? this.#byName.get(plain(name));
  }

  /** Whether a file may have a column of that name, which the import ignores. */
  isIgnored(name: string): boolean {
    return this.#ignored.has(plain(name));
  }

  /**
   * @param values by column
   * @throws {InvalidRow} with all of them, if one is invalid
   */
  row(values: ReadonlyMap<NamedColumn, unknown>): Row {
    const row: Record<string, unknown> = {};
    for (const column of this.all) {
      const given = values.get(column);
      const wrong = faultOf(column, given);
      if (wrong !== undefined) throw new InvalidRow('validation-failed', wrong, byName(values));
      row[column.field] = given === undefined ? column.absent : given;
    }
    return row as Row;
  }

  /**
   * What is wrong with each column of a row.
   * @param values by the names of the columns
   */
  faultsOf(
    values: Readonly<Record<string, unknown>>,
  ): { readonly column: string; readonly message: string }[] {
    return this.all.flatMap((column) => {
      const message = faultOf(column, values[column.name]);
      return message === undefined ? [] : [{ column: column.name, message }];
    });
  }

  /** The values of a row by the names of their columns. */
  valuesOf(row: Row): Record<string, unknown> {
    return Object.fromEntries(this.all.map(({ name, field }) => [name, row[field as keyof Row]]));
  }
}

const byName = (values: ReadonlyMap<NamedColumn, unknown>): Record<string, unknown> =>
  Object.fromEntries([...values].map(([{ name }, value]) => [name, value]));

function faultOf(column: NamedColumn, given: unknown): string | undefined {
  const { name, value, whyNot, whyNotMeant } = column;
  if (given === undefined) return 'absent' in column ? undefined : `${name} is required.`;
  const isValid = value.isValid(given);
  const why = typeof given === 'string' ? (isValid ? whyNotMeant : whyNot)?.(given) : undefined;
  if (!isValid) return `${name} ${value.message}${why === undefined ? '' : `: ${why}`}.`;
  return why === undefined ? undefined : `${name} looks damaged: ${why}.`;
}

/** `Order ID`, `order-id` and `orderid` are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');
