import { compareBytes } from '../domain/compare-bytes.js';
import type { Account, AccountRow, Difference } from './account.js';

/** The rows of an account, one after the other. */
export interface AccountReader {
  readonly account: Pick<Account, 'name' | 'figures'>;
  /** Undefined after the last one. */
  next(): Promise<AccountRow | undefined>;
}

/** A thing, and what the accounts say of it that list it. */
interface Compared {
  readonly key: string;
  readonly item: string;
  readonly rows: ReadonlyMap<AccountReader, AccountRow>;
}

/** Goes through all accounts side by side, and holds one row of each. */
export async function* compareAccounts(
  readers: readonly AccountReader[],
): AsyncGenerator<{ readonly key: string; readonly differences: readonly Difference[] }> {
  const heads = new Map<AccountReader, AccountRow>();
  const advance = async (reader: AccountReader) => {
    const row = await reader.next();
    if (row) heads.set(reader, row);
    else heads.delete(reader);
  };
  for (const reader of readers) await advance(reader);
  while (heads.size > 0) {
    const [first] = [...heads.values()].sort(inOrder) as [AccountRow];
    const rows = new Map([...heads].filter(([, row]) => inOrder(row, first) === 0));
    yield { key: first.key, differences: differencesOf(readers, { ...first, rows }) };
    for (const reader of rows.keys()) await advance(reader);
  }
}

function differencesOf(readers: readonly AccountReader[], { key, item, rows }: Compared): Difference[] {
  const figures = new Set(readers.flatMap(({ account }) => account.figures));
  return [...figures].flatMap((figure) => {
    const knowing = readers.filter(({ account }) => account.figures.includes(figure));
    const values = Object.fromEntries(
      knowing.map((reader) => [reader.account.name, rows.get(reader)?.figures[figure] ?? 0]),
    );
    return new Set(Object.values(values)).size > 1 ? [{ key, item, figure, values }] : [];
  });
}

function inOrder(a: AccountRow, b: AccountRow): number {
  return compareBytes(a.key, b.key) || compareBytes(a.item, b.item);
}
