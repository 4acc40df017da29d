/** A row that was inserted or deleted, as PostgreSQL's plugin `pgoutput` sends it: its values as text. */
export interface Change {
  readonly kind: 'insert' | 'delete';
  readonly table: string;
  readonly row: Readonly<Record<string, string | null>>;
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Reads a message of the protocol, version 1: https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html */
class Message {
  #at = 1;

  constructor(private readonly bytes: Buffer) {}

  get type(): string {
    return String.fromCharCode(this.bytes[0]!);
  }

  int(size: 1 | 2 | 4): number {
    const value = this.bytes.readUIntBE(this.#at, size);
    this.#at += size;
    return value;
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.#at);
    const value = this.bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return value;
  }

  table(): Table {
    this.text();
    const name = this.text();
    this.int(1);
    const columns = Array.from({ length: this.int(2) }, () => {
      this.int(1);
      const column = this.text();
      this.int(4);
      this.int(4);
      return column;
    });
    return { name, columns };
  }

  /** Of columns that are not sent, none. */
  row({ columns }: Table): Record<string, string | null> {
    this.int(1);
    const row: Record<string, string | null> = {};
    const count = this.int(2);
    for (const column of columns.slice(0, count)) {
      const kind = String.fromCharCode(this.int(1));
      if (kind === 'n') row[column] = null;
      if (kind !== 't') continue;
      const length = this.int(4);
      row[column] = this.bytes.toString('utf8', this.#at, (this.#at += length));
    }
    return row;
  }
}

/** The changes by the transactions that have made them, in the order of their commits. */
export function changesIn(messages: readonly Buffer[]): Change[][] {
  const tables = new Map<number, Table>();
  const transactions: Change[][] = [];
  for (const bytes of messages) {
    const message = new Message(bytes);
    if (message.type === 'B') transactions.push([]);
    if (!'RID'.includes(message.type)) continue;
    const id = message.int(4);
    if (message.type === 'R') tables.set(id, message.table());
    else {
      const table = tables.get(id)!;
      const kind = message.type === 'I' ? 'insert' : 'delete';
      transactions.at(-1)!.push({ kind, table: table.name, row: message.row(table) });
    }
  }
  return transactions;
}
