import type { EntityManager } from 'typeorm';

/** Rows that are deleted at once: so few that nobody waits for the deletion. */
const PORTION = 5_000;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * As SQL, the position from which on the events are needed: a subscription needs those that it has not read yet, those that
 * it has parked and all that follow them. The newest event always stays: it is the head of the log.
 */
const NEEDED = `
  needed as (
    select least((select max(position) from event_log.event),
                 (select min(position) + 1 from event_log.subscription),
                 (select min(position) from event_log.set_aside)) as position
  )`;

/** As SQL, the partitions of the log that nobody needs, with the time of the last event in them or before them. */
const SPARE = `
  spare as (
    select partition.*,
           (select occurred_at from event_log.event
             where event.position <= partition.last order by event.position desc limit 1) as ended_at
      from event_log.partition, needed
     where partition.last < needed.position
  )`;

/** As SQL, the moment before which rows are old, and the one before which they are old within a quarter of that time. */
const OLD = `now() - make_interval(secs => $1 * 86400::float8)`;
const SOON_OLD = `now() - make_interval(secs => $1 * 64800::float8)`;

/**
 * Drops the oldest partition of the log if all its events are older than so many days and none is needed any more. Those who
 * append or read wait for a moment.
 * @returns its name; null if there is none, or if transactions that are under way read or append for longer than a moment
 */
export async function dropOldPartition(manager: EntityManager, days: number): Promise<string | null> {
  const [oldest] = await manager.query<{ name: string }[]>(
    `with ${NEEDED}, ${SPARE}
     select name from spare
      where first = (select min(first) from event_log.partition) and coalesce(ended_at < ${OLD}, true)`,
    [days],
  );
  if (oldest === undefined) return null;
  try {
    await manager.query('select event_log.drop_partition($1)', [oldest.name]);
    return oldest.name;
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    return null;
  }
}

/**
 * Deletes events that are older than so many days and that no subscription needs any more, unless their partition can be
 * dropped as a whole before a quarter of that time has passed. Appending and reading do not wait for the deletion.
 * @returns how many were deleted; more may be left
 */
export async function pruneLog(manager: EntityManager, days: number): Promise<number> {
  const [row] = await manager.query<{ pruned: number }[]>(
    `with ${NEEDED}, ${SPARE}, dropped_soon as (
       select coalesce(max(last), 0) as position from spare where coalesce(ended_at < ${SOON_OLD}, true)
     ), oldest as (
       select event.position, bool_and(occurred_at < ${OLD}) over (order by event.position) as is_old
         from (select position, occurred_at from event_log.event
                where position > (select up_to from event_log.pruned)
                order by position limit $2) as event, needed, dropped_soon
        where event.position < needed.position and event.position > dropped_soon.position
     ), gone as (
       delete from event_log.event where position in (select position from oldest where is_old)
       returning position
     ), noted as (
       update event_log.pruned set up_to = greatest(up_to, (select max(position) from gone))
        where exists (select from gone)
     )
     select count(*) as pruned from gone`,
    [days, PORTION],
  );
  return row!.pruned;
}

/**
 * Deletes the inbox entries of messages that were applied more than so many days ago. A message that is delivered again
 * after that is applied again.
 * @returns how many were deleted; more may be left
 */
export async function pruneInbox(manager: EntityManager, days: number): Promise<number> {
  const [, pruned] = await manager.query<[unknown[], number]>(
    `delete from broker.inbox where ctid = any(array(
       select ctid from broker.inbox
        where received_at < ${OLD}
        order by received_at limit $2 for update skip locked))`,
    [days, PORTION],
  );
  return pruned;
}

/**
 * Deletes the dead letters that were received more than so many days ago, whatever their state.
 * @returns how many were deleted; more may be left
 */
export async function pruneDeadLetters(manager: EntityManager, days: number): Promise<number> {
  const [, pruned] = await manager.query<[unknown[], number]>(
    `delete from broker.dead_letter where id = any(array(
       select id from broker.dead_letter
        where received_at < ${OLD}
        order by received_at limit $2 for update skip locked))`,
    [days, PORTION],
  );
  return pruned;
}

/**
 * Deletes the entries of the audit log that are older than so many days.
 * @returns how many were deleted; more may be left
 */
export async function pruneAudit(manager: EntityManager, days: number): Promise<number> {
  const [, pruned] = await manager.query<[unknown[], number]>(
    `delete from access.audit where position = any(array(
       select position from (select position, occurred_at from access.audit order by position limit $2) as oldest
        where occurred_at < ${OLD}))`,
    [days, PORTION],
  );
  return pruned;
}
