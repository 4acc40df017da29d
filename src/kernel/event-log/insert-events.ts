import type { EntityManager } from 'typeorm';
import { column } from '../postgres/column.js';
import type { CausedEvent } from '../cause/event-appender.js';
import { APPEND_LOCK } from './positions.js';

const COLUMNS = `
  id, subject, data, type, version, key, correlation_id, causation_id, traceparent, actor, handled_by`;

const VALUES = `
  id, subject, data, coalesce(type, $6), coalesce(version, $8), coalesce(key, $10), coalesce(correlation_id, $12),
  coalesce(causation_id, $14), coalesce(traceparent, $16), coalesce(actor, $18), string_to_array(coalesce(handled_by, $20), ',')`;

const EVENTS = `
  rows from (unnest($2::uuid[], $3::text[], $5::text[], $7::int[], $9::text[], $11::text[], $13::uuid[],
                    $15::text[], $17::text[], $19::text[]),
             jsonb_array_elements($4::jsonb))
       with ordinality
       as e (id, subject, type, version, key, correlation_id, causation_id, traceparent, actor, handled_by, data, place)`;

/** A row has its position only once it is joined with the lock: no event is given one before. */
const INSERT_NEXT = `
  with locked as materialized (select pg_advisory_xact_lock($1)), appended as (
    insert into event_log.event (${COLUMNS}) select ${VALUES} from locked cross join ${EVENTS} order by place
    returning position
  )
  select pg_current_xact_id()::text as "transactionId", min(position) as first from appended`;

const INSERT_AT = `
  insert into event_log.event (position, ${COLUMNS}) overriding system value
  select $1::bigint + place - 1, ${VALUES} from ${EVENTS} order by place`;

/**
 * Inserts events in their order at the next positions, and takes the lock before.
 * @param ids of the events
 * @param unnamedActor of those whose cause names nobody
 * @returns the id of the transaction, and the position of the first
 */
export async function insertNext(
  manager: EntityManager,
  events: readonly CausedEvent[],
  ids: readonly string[],
  unnamedActor: string,
): Promise<{ readonly transactionId: string; readonly first: number }> {
  const values = valuesOf(events, ids, unnamedActor);
  const [row] = await manager.query<[{ transactionId: string; first: number }]>(INSERT_NEXT, [
    APPEND_LOCK,
    ...values,
  ]);
  return row;
}

/** Inserts events in their order, the first at a position that was reserved for it, and the others behind it. */
export async function insertAt(
  manager: EntityManager,
  first: number,
  events: readonly CausedEvent[],
  ids: readonly string[],
  unnamedActor: string,
): Promise<void> {
  await manager.query(INSERT_AT, [first, ...valuesOf(events, ids, unnamedActor)]);
}

function valuesOf(events: readonly CausedEvent[], ids: readonly string[], unnamedActor: string): unknown[] {
  return [
    ids,
    events.map(({ event }) => event.subject ?? null),
    JSON.stringify(events.map(({ event }) => event.data)),
    ...column(events.map(({ event }) => event.type)),
    ...column(events.map(({ event }) => event.version)),
    ...column(events.map(({ event }) => event.key)),
    ...column(events.map(({ cause }) => cause.correlationId)),
    ...column(events.map(({ cause }) => cause.causationId)),
    ...column(events.map(({ cause }) => cause.traceparent ?? null)),
    ...column(events.map(({ cause }) => (cause.actor === undefined ? unnamedActor : cause.actor))),
    ...column(events.map(({ handledBy }) => (handledBy?.length ? handledBy.join(',') : null))),
  ];
}
