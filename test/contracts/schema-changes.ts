import { isDeepStrictEqual } from 'node:util';
import type { Schema } from '../../tools/docgen/schema.js';

/** A difference, and whether whoever relied on what was before can go on. */
export interface Change {
  /** What changed: a call, an event, a channel, and the field in it. */
  readonly where: string;
  readonly says: string;
  readonly breaks: boolean;
}

/**
 * Who relies on a schema, and hence which way it may change. `asked` of a caller: it may take more than before. `told` to
 * whoever listens: it may say less than before. `stored`: what was written before must still be what the schema
 * says, and is told as well, so nothing may change but for fields that may be missing.
 */
export type Side = 'asked' | 'told' | 'stored';

/** The differences between what was promised and what is. */
export function* changesOf(before: Schema, after: Schema, side: Side, where: string): Generator<Change> {
  for (const { says, widens, narrows } of facets(before, after)) {
    const breaks = (widens && side !== 'asked') || (narrows && side !== 'told');
    yield { where, says, breaks };
  }
  yield* changesOfFields(before, after, side, where);
  if (before.items && after.items) yield* changesOf(before.items, after.items, side, `${where}[]`);
}

function* changesOfFields(before: Schema, after: Schema, side: Side, where: string): Generator<Change> {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  const isRequired = (schema: Schema, name: string) => schema.required?.includes(name) === true;
  for (const name of Object.keys(now).filter((name) => !(name in old))) {
    const breaks = isRequired(after, name) && side !== 'told';
    yield { where: `${where}.${name}`, says: `is new${breaks ? ' and required' : ''}`, breaks };
  }
  for (const [name, schema] of Object.entries(old)) {
    const field = `${where}.${name}`;
    const present = now[name];
    if (!present) {
      yield { where: field, says: 'is gone', breaks: true };
      continue;
    }
    const [was, is] = [isRequired(before, name), isRequired(after, name)];
    if (was && !is) yield { where: field, says: 'may now be missing', breaks: side !== 'asked' };
    if (!was && is) yield { where: field, says: 'is now required', breaks: side !== 'told' };
    yield* changesOf(schema, present, side, field);
  }
}

interface Facet {
  readonly says: string;
  /** Allows values that were not allowed. */
  readonly widens: boolean;
  /** Allows values no longer that were. */
  readonly narrows: boolean;
}

function* facets(before: Schema, after: Schema): Generator<Facet> {
  yield* ofSet('type', withIntegers(before.type), withIntegers(after.type));
  yield* ofSet('values', before.enum, after.enum);
  for (const bound of ['minimum', 'minItems', 'minLength'] as const) {
    yield* ofBound(bound, before[bound] ?? -Infinity, after[bound] ?? -Infinity, 1);
  }
  for (const bound of ['maximum', 'maxItems', 'maxLength'] as const) {
    yield* ofBound(bound, before[bound] ?? Infinity, after[bound] ?? Infinity, -1);
  }
  if (before.uniqueItems !== after.uniqueItems)
    yield {
      says: after.uniqueItems ? 'has each item once' : 'may have an item twice',
      widens: !after.uniqueItems,
      narrows: after.uniqueItems === true,
    };
  for (const word of ['pattern', 'format', 'default'] as const) {
    if (isDeepStrictEqual(before[word], after[word])) continue;
    const says = `has the ${word} ${show(after[word])} instead of ${show(before[word])}`;
    const isBound = word !== 'default';
    yield {
      says,
      widens: !isBound || before[word] !== undefined,
      narrows: !isBound || after[word] !== undefined,
    };
  }
}

/** Every integer is a number. */
const withIntegers = (types: readonly string[] | undefined) =>
  types?.includes('number') ? [...new Set([...types, 'integer'])] : types;

/** No set stands for all there is. */
function* ofSet(
  what: string,
  before: readonly unknown[] | undefined,
  after: readonly unknown[] | undefined,
): Generator<Facet> {
  const [added, gone] = [without(after, before), without(before, after)];
  const [widens, narrows] = [
    before !== undefined && (after === undefined || added.length > 0),
    after !== undefined && (before === undefined || gone.length > 0),
  ];
  if (widens || narrows) {
    yield { says: `has the ${what} ${show(after)} instead of ${show(before)}`, widens, narrows };
  }
}

const without = (some: readonly unknown[] = [], others: readonly unknown[] = []) =>
  some.filter((each) => !others.includes(each));

function* ofBound(what: string, before: number, after: number, towardsLess: 1 | -1): Generator<Facet> {
  const change = Math.sign(after - before) * towardsLess;
  if (before !== after && change !== 0) {
    const says = `has the ${what} ${after} instead of ${before}`;
    yield { says, widens: change < 0, narrows: change > 0 };
  }
}

const show = (value: unknown): string =>
  value === undefined ? 'none' : Array.isArray(value) ? value.join(' | ') : JSON.stringify(value);
