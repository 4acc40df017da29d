import type { DomainEvent } from '../domain/events.js';
import { endOfSlice, HEAD } from './pruned.js';

/** Which events a reader wants: those that meet every condition. */
export interface EventFilter {
  readonly types?: readonly string[] | undefined;
  readonly key?: string | undefined;
  readonly subject?: string | undefined;
}

/** Undefined if it has no condition. */
export const filterOf = (filter: EventFilter): EventFilter | undefined =>
  Object.values(filter).some((condition) => condition !== undefined) ? filter : undefined;

/** @param subject of the event; null if it has none */
export function matches(
  { types, key, subject: wanted }: EventFilter,
  event: Pick<DomainEvent, 'type' | 'key'>,
  subject: string | null,
): boolean {
  return (
    (types === undefined || types.includes(event.type)) &&
    (key === undefined || key === event.key) &&
    (wanted === undefined || wanted === subject)
  );
}

/**
 * How many events one statement looks at: few enough to be quick if none of them is wanted (2 ms), and a bound that keeps the
 * planner at the index even before the log was first analysed.
 */
const MOST_LOOKED_AT = 10_000;

/**
 * Where the slice ends: at the head or at an event. Readers continue from there, and a position in a gap that a restore has left
 * would be refused.
 */
const END_OF_ANY = `
  select head, case when "upTo" < head
                    then (select max(position) from event_log.event where position <= "upTo")
                    else "upTo" end as "upTo"
    from (select ${HEAD} as head, ${endOfSlice('$1', MOST_LOOKED_AT)} as "upTo") as tip`;
const END_OF_SUBJECT = `
  select head, least(head, (select position from event_log.event
                             where subject = $3 and position > $1
                             order by position offset ${MOST_LOOKED_AT - 1} limit 1)) as "upTo"
    from (select ${HEAD} as head) as tip`;

/**
 * The first `limit` events in a slice of the log that are wanted: with `head`, the position up to which the log can be read, and
 * `upTo`, at which the slice ends; one row without an event if there is none. Each set of conditions has a statement of
 * its own: an optional condition would keep the planner from the index.
 * @param columns of the event
 */
export function sliceOf(
  { types, key, subject }: EventFilter,
  after: number,
  limit: number,
  columns: string,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [after, limit];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    // The first of them: the end of the slice refers to it.
    ...(subject === undefined ? [] : [`subject = ${parameter(subject)}`]),
    ...(types === undefined ? [] : [`type = any(${parameter(types)})`]),
    ...(key === undefined ? [] : [`key = ${parameter(key)}`]),
    'position > $1',
    'position <= slice."upTo"',
  ];
  return {
    sql: `
      with slice as materialized (${subject === undefined ? END_OF_ANY : END_OF_SUBJECT})
      select found.*, slice.head, slice."upTo"
        from slice
        left join lateral (select ${columns}
                             from event_log.event
                            where ${conditions.join(' and ')}
                            order by position limit $2) as found on true
       order by found.position`,
    values,
  };
}
