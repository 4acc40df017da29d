import { MOST_ROWS_OF_ONE, type Kind, type WhenShort } from './kinds.js';
import { WHOLE, type FileRow } from './file-row.js';

/** What one row of the bulk call is made of: rows of the file about the same thing. */
export interface Entry {
  /** Undefined: it cannot be read. */
  readonly id: string | undefined;
  readonly rows: readonly FileRow[];
  /** Why it cannot be sent; null: it can. */
  readonly fault: string | null;
}

interface Open {
  id: string | undefined;
  rows: FileRow[];
  fault: string | null;
}

/**
 * Puts the rows of a file together that are accepted or refused as one, row after row. One with an invalid row cannot be
 * sent, and neither can those beside a row whose id cannot be read, since it may belong to either.
 */
export class Entries {
  readonly all: Entry[] = [];
  readonly #byId = new Map<string, Open>();
  #before: Open | undefined;
  /** The line of a row before whose id cannot be read. */
  #doubtful: number | undefined;

  constructor(private readonly kind: Kind) {}

  add(row: FileRow): void {
    const { kind } = this;
    const id = idOf(kind, row);
    const first = id === undefined ? undefined : this.#byId.get(id);
    const entry = first && kind.isGrouped ? first : this.#open(id, first);
    entry.rows.push(row);
    entry.fault ??= faultOf(kind, entry, row);
    if (kind.isGrouped) this.#doubt(entry, row);
    this.#before = entry;
  }

  #open(id: string | undefined, first: Open | undefined): Open {
    const entry: Open = { id, rows: [], fault: null };
    if (first)
      entry.fault = `Line ${first.rows[0]!.line} already has ${this.kind.one} ${id}: which of the two is meant?`;
    else if (id !== undefined) this.#byId.set(id, entry);
    this.all.push(entry);
    return entry;
  }

  #doubt(entry: Open, { line }: FileRow): void {
    const isRead = entry.id !== undefined;
    if (!isRead && this.#before?.id !== undefined) this.#before.fault ??= doubt(line);
    if (isRead && this.#doubtful !== undefined) entry.fault ??= doubt(this.#doubtful);
    this.#doubtful = isRead ? undefined : line;
  }
}

export function entriesOf(kind: Kind, rows: readonly FileRow[]): readonly Entry[] {
  const entries = new Entries(kind);
  for (const row of rows) entries.add(row);
  return entries.all;
}

function faultOf(kind: Kind, { id, rows }: Open, row: FileRow): string | null {
  if (row.faults.length > 0) {
    const what = row.faults.map(({ message }) => message).join(' ');
    return kind.isGrouped && id !== undefined ? `Line ${row.line}: ${what}` : what;
  }
  if (rows.length > MOST_ROWS_OF_ONE)
    return `${kind.one} ${id} has more than ${MOST_ROWS_OF_ONE} rows, which is the most.`;
  const [first] = rows;
  if (rows.length > 1 && (WHOLE in row.row! || (first!.row && WHOLE in first!.row)))
    return `Line ${first!.line} already has ${kind.one} ${id}: which of the two is meant?`;
  const other = first!.row && kind.common.find((field) => first!.row![field] !== row.row![field]);
  if (other == null) return null;
  const { name } = kind.columns.all.find(({ field }) => field === other)!;
  return `${name} must be the same in all rows of ${kind.one} ${id}: see lines ${first!.line} and ${row.line}.`;
}

const doubt = (line: number): string =>
  `Line ${line} is invalid and may belong to these rows, so none of them is sent.`;

function idOf({ id, columns }: Kind, { row, values }: FileRow): string | undefined {
  if (row) return row[id] as string;
  const column = columns.all.find(({ field }) => field === id)!;
  const name = values?.[column.name] ?? values?.[id];
  return typeof name === 'string' && column.value.isValid(name) ? name : undefined;
}

/** The row of the bulk call, as JSON. */
export function jsonOf(kind: Kind, { rows }: Entry, whenShort: WhenShort): string {
  const read = rows.map(({ row }) => row!);
  const whole = read[0]![WHOLE];
  return JSON.stringify(whole ?? kind.bodyOf(read, whenShort));
}
