import type { EntityManager } from 'typeorm';

/** Rows that are deleted at once: so few that nobody waits for the deletion. */
const PORTION = 5_000;

/**
 * Deletes events that are older than so many days and that no subscription needs any more. A subscription needs the
 * events that it has not read yet, those that it has parked and all that follow them. Appending and reading do not wait
 * for the deletion. The newest event always stays: it is the head of the log.
 * @returns how many were deleted; more may be left
 */
export async function pruneLog(manager: EntityManager, days: number): Promise<number> {
  const [row] = await manager.query<{ pruned: number }[]>(
    `with needed as (
       select least((select max(position) from event_log.event),
                    (select min(position) + 1 from event_log.subscription),
                    (select min(position) from event_log.set_aside)) as position
     ), oldest as (
       select event.position, bool_and(occurred_at < now() - make_interval(secs => $1 * 86400)) over (order by event.position) as is_old
         from (select position, occurred_at from event_log.event
                where position > (select up_to from event_log.pruned)
                order by position limit $2) as event, needed
        where event.position < needed.position
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
        where received_at < now() - make_interval(secs => $1 * 86400)
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
        where received_at < now() - make_interval(secs => $1 * 86400)
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
        where occurred_at < now() - make_interval(secs => $1 * 86400)))`,
    [days, PORTION],
  );
  return pruned;
}
