import type { Thing } from './catalog.js';

/**
 * What a migration takes from the version before, whose processes go on while the new schema is in: things that are
 * gone, that are not as they were, or that ask more of whoever writes. Also what stops writers while it is built.
 *
 * @param isInTransaction of the migration: an index is built beside its writers outside of one only
 */
export function contractions(
  before: readonly Thing[],
  after: readonly Thing[],
  { isInTransaction = true } = {},
): string[] {
  const was = new Map(before.map((thing) => [keyOf(thing), thing]));
  const is = new Map(after.map((thing) => [keyOf(thing), thing]));
  const isOld = (table: string | null) => table !== null && was.has(`table ${table}`);
  const isNewColumn = (table: string | null, column: string) => !was.has(`column ${table}.${column}`);

  const gone = before.filter((thing) => !is.has(keyOf(thing)) && isReliedOn(thing));
  const changed = after.filter((thing) => {
    const previous = was.get(keyOf(thing));
    return previous !== undefined && previous.definition !== thing.definition && isReliedOn(thing);
  });
  const asksMore = after.filter((thing) => {
    if (was.has(keyOf(thing)) || !isOld(thing.table)) return false;
    if (thing.kind === 'column')
      return /\bnot null\b(?!.*\b(?:default|generated|identity)\b)/.test(thing.definition);
    if (thing.kind !== 'constraint' && !(thing.kind === 'index' && thing.isUnique)) return false;
    return !thing.columns.every((column) => isNewColumn(thing.table, column));
  });
  const stopsWriters = after.filter(
    (thing) => thing.kind === 'index' && !was.has(keyOf(thing)) && isOld(thing.table) && isInTransaction,
  );
  return [
    ...gone.map((thing) => `takes away the ${keyOf(thing)}`),
    ...changed.map((thing) => `changes the ${keyOf(thing)}`),
    ...asksMore.map((thing) => `asks more of writers by the ${keyOf(thing)}`),
    ...stopsWriters.map((thing) => `stops writers while it builds the ${keyOf(thing)}`),
  ];
}

/** Not what only makes it faster or better to read. Whoever writes `on conflict` needs what makes rows unique. */
function isReliedOn({ kind, isUnique }: Thing): boolean {
  return kind !== 'comment' && ((kind !== 'index' && kind !== 'constraint') || isUnique);
}

const keyOf = ({ kind, name }: Thing): string => `${kind} ${name}`;
