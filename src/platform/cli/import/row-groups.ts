import type { Columns } from './columns.js';
import { FirstLines } from './repeated-rows.js';
import type { ReadRow, RejectedRow, Window } from './rows.js';

/** Rows that are accepted or refused together: those that name the same thing, one after the other. */
export interface Grouping<Row extends object> {
  /** The field that names the thing. */
  readonly field: keyof Row & string;
  /** For messages, e.g. `order o-7`. */
  readonly describe: (name: string) => string;
  /** The most rows of a group. */
  readonly most: number;
  /** Fields that have the same value in all rows of a group. */
  readonly common: readonly (keyof Row & string)[];
}

type Entry<Row> = ReadRow<Row> | RejectedRow;

interface Fault {
  readonly reason: string;
  readonly message: string;
}

interface Group<Row> {
  /** Undefined: rows that cannot be read, before the first that can. */
  readonly name: string | undefined;
  /** In the order of the file. */
  readonly entries: Entry<Row>[];
  fault: Fault | undefined;
}

/**
 * Puts rows together that are accepted or refused as a whole. A group with an invalid row is rejected, and so are the
 * groups beside a row that cannot be read, since it may belong to either. The rows of a group stand next to each other, so
 * that no more than one group waits for the rest of the file: if others stand between them, all of them are rejected, or,
 * if the first ones have been imported with an earlier window, the later ones.
 */
export class RowGroups<Row extends object> {
  readonly #lines = new FirstLines();
  readonly #ready = new Map<string, Group<Row>>();
  #rejected: RejectedRow[] = [];
  #open: Group<Row> | undefined;
  /** The line of a row that cannot be read and may belong to the group that comes next. */
  #doubtful: number | undefined;

  constructor(
    private readonly grouping: Grouping<Row>,
    private readonly columns: Columns<Row>,
  ) {}

  /** The same rows; the last group of a window comes with the next one, in which it may go on. */
  async *gather(windows: AsyncIterable<Window<Row>>): AsyncGenerator<Window<Row>> {
    let end = 0;
    for await (const window of windows) {
      const entries: Entry<Row>[] = [...window.rows, ...window.rejected];
      for (const entry of entries.sort((a, b) => a.line - b.line)) this.#take(entry);
      end = window.end;
      yield this.#windowTo(end);
    }
    this.#close();
    yield this.#windowTo(end);
  }

  #take(entry: Entry<Row>): void {
    const name = this.#nameOf(entry);
    if (name !== undefined && name !== this.#open?.name) {
      this.#close();
      this.#open = { name, entries: [], fault: this.#faultBefore(name, entry.line) };
    }
    this.#open ??= { name, entries: [], fault: undefined };
    this.#doubtful = name === undefined ? entry.line : undefined;
    const open = this.#open;
    open.fault ??= this.#faultOf(entry, name, open);
    open.entries.push(entry);
    // Its rows are rejected at once: a file of one name does not fill the memory.
    if (open.entries.length > this.grouping.most) this.#reject(open, this.#tooMany(open.name));
  }

  /** What is wrong with a group that begins here. */
  #faultBefore(name: string, line: number): Fault | undefined {
    const first = this.#lines.add([name], line);
    if (first === undefined) return this.#doubtful === undefined ? undefined : doubt(this.#doubtful);
    const message =
      `The rows of ${this.grouping.describe(name)} do not stand next to each other: ` +
      `see lines ${first} and ${line}. Sort the file.`;
    const fault = { reason: 'rows-apart', message };
    const earlier = this.#ready.get(name);
    this.#ready.delete(name);
    if (earlier) this.#reject(earlier, fault);
    return fault;
  }

  #nameOf(entry: Entry<Row>): string | undefined {
    if ('row' in entry) return entry.row[this.grouping.field] as string;
    const column = this.columns.all.find(({ field }) => field === this.grouping.field)!;
    const name = entry.values?.[column.name];
    return typeof name === 'string' && column.value.isValid(name) ? name : undefined;
  }

  #faultOf(entry: Entry<Row>, name: string | undefined, group: Group<Row>): Fault | undefined {
    const { describe, common } = this.grouping;
    if (name === undefined) return doubt(entry.line);
    if (!('row' in entry)) {
      const message = `Line ${entry.line} of ${describe(name)} is invalid, so none of its rows is imported.`;
      return { reason: 'other-row-invalid', message };
    }
    const first = group.entries.find((each) => 'row' in each);
    const other = first && common.find((field) => first.row[field] !== entry.row[field]);
    if (!first || other === undefined) return undefined;
    const column = this.columns.all.find(({ field }) => field === other)!;
    const message =
      `${column.name} must be the same in all rows of ${describe(name)}: ` +
      `see lines ${first.line} and ${entry.line}.`;
    return { reason: 'rows-differ', message };
  }

  #tooMany(name: string | undefined): Fault | undefined {
    if (name === undefined) return undefined;
    const { describe, most } = this.grouping;
    return { reason: 'too-many-rows', message: `More than ${most} rows are of ${describe(name)}.` };
  }

  #close(): void {
    const group = this.#open;
    this.#open = undefined;
    if (group?.name === undefined || group.fault) return group && this.#reject(group);
    this.#ready.set(group.name, group);
  }

  #reject(group: Group<Row>, fault?: Fault): void {
    group.fault ??= fault;
    for (const entry of group.entries.splice(0))
      this.#rejected.push('row' in entry ? this.#rejectedRow(entry, group.fault!) : entry);
  }

  #rejectedRow({ line, row, text }: ReadRow<Row>, fault: Fault): RejectedRow {
    return { line, ...fault, text, values: this.columns.valuesOf(row) };
  }

  #windowTo(end: number): Window<Row> {
    const entries = [...this.#ready.values()].flatMap((group) => group.entries);
    const rejected = this.#rejected;
    this.#ready.clear();
    this.#rejected = [];
    return { rows: entries as ReadRow<Row>[], rejected, end };
  }
}

function doubt(line: number): Fault {
  const message = `Line ${line} is invalid and may belong to these rows, so none of them is imported.`;
  return { reason: 'other-row-invalid', message };
}
