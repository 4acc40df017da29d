import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { StoredSecret } from '../domain/endpoint.js';
import type { Format } from '../domain/payload.js';

/** The oldest events of a webhook and SKU, which only this instance sends until its lease ends. */
export interface Run {
  readonly claim: string;
  readonly endpointId: string;
  readonly url: string;
  readonly secrets: readonly StoredSecret[];
  readonly sku: string;
  readonly claimedAt: Date;
  /** How often the first of them was tried before, since its webhook was last enabled. */
  readonly tries: number;
  /** When the first of these attempts began; null: there was none. */
  readonly triedSince: Date | null;
  /** Whether no attempt at this webhook has succeeded of late. */
  readonly isFailing: boolean;
  /** At least one. */
  readonly events: readonly QueuedEvent[];
}

export interface QueuedEvent {
  readonly position: number;
  /** The same at every attempt. */
  readonly eventId: string;
  readonly format: Format;
  readonly body: string;
}

/** How soon a SKU whose events wait for a replay is looked at again. */
const HELD_MS = 1_000;
/** Events of a SKU that are handed out at once: noted together, they cost the database little. */
const MOST_IN_RUN = 20;

/** A queue that this instance holds until its lease ends. */
interface ClaimedQueue extends Pick<Run, 'endpointId' | 'sku' | 'claimedAt' | 'tries' | 'triedSince'> {
  /** Where its row is: a plan that looks for it by its key could read all queues of the webhook. */
  readonly ctid: string;
}

/** One of the oldest events of a queue; during a replay, what is not queued again yet is held. */
type Waiting = Pick<Run, 'url' | 'secrets' | 'isFailing'> &
  QueuedEvent & {
    /** Of its queue among those that are asked for. */
    readonly place: number;
    readonly isHeld: boolean;
  };

/**
 * Hands out the oldest events of each webhook and SKU. The next ones are handed out once `DeliveryResults` has stored what became
 * of these: the events of a SKU arrive in their order, and one that fails holds back no other SKU and no other webhook. The
 * database keeps all of it, so it holds for all instances together.
 */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes what has been due for longest; another instance may take it when the lease is over.
   * @param most runs to one webhook that this process sends at once
   * @param busy how many it is sending now, by the id of the webhook
   */
  async claim(most: number, busy: ReadonlyMap<string, number>, leaseMs: number): Promise<Run[]> {
    const full = [...busy].filter(([, count]) => count >= most).map(([id]) => id);
    for (;;) {
      const [due] = await this.dataSource.query<unknown[]>(ANY_DUE, [full]);
      if (!due) return [];
      const { runs, removed } = await this.#claim([most, [...busy.keys()], [...busy.values()], leaseMs]);
      // Events may wait behind queues that were empty. Queues that are held by a replay need not be looked at again so soon.
      if (runs.length > 0 || removed === 0) return runs;
    }
  }

  /** @returns the events to send, and how many queues were empty and are removed */
  #claim(parameters: readonly unknown[]): Promise<{ readonly runs: Run[]; readonly removed: number }> {
    return this.dataSource.transaction(async (manager) => {
      const claim = randomUUID();
      const [queues] = await manager.query<[ClaimedQueue[], number]>(CLAIM, [...parameters, claim]);
      // A statement of its own: it sees what was added to these queues until they were locked.
      const waiting = await waitingIn(manager, queues);
      const empty = queues.filter((_, place) => !waiting.has(place));
      const held = queues.filter((_, place) => waiting.get(place)?.[0]!.isHeld);
      if (empty.length > 0) await manager.query(REMOVE, [ctidsOf(empty)]);
      if (held.length > 0) await manager.query(PUT_BACK, [ctidsOf(held), HELD_MS]);
      const runs = queues.flatMap(({ ctid: _, ...queue }, place) => {
        const events = (waiting.get(place) ?? []).filter(({ isHeld }) => !isHeld);
        const [first] = events;
        if (!first) return [];
        const { url, secrets, isFailing } = first;
        return [{ ...queue, claim, url, secrets, isFailing, events }];
      });
      return { runs, removed: empty.length };
    });
  }
}

/** By the places of the queues; one that has none is empty. */
async function waitingIn(
  manager: EntityManager,
  queues: readonly ClaimedQueue[],
): Promise<ReadonlyMap<number, readonly Waiting[]>> {
  if (queues.length === 0) return new Map();
  const rows = await manager.query<Waiting[]>(WAITING, [
    queues.map(({ endpointId }) => endpointId),
    queues.map(({ sku }) => sku),
    MOST_IN_RUN,
  ]);
  const waiting = new Map<number, Waiting[]>();
  for (const row of rows) {
    const its = waiting.get(row.place);
    if (its) its.push(row);
    else waiting.set(row.place, [row]);
  }
  return waiting;
}

const ctidsOf = (queues: readonly ClaimedQueue[]) => queues.map(({ ctid }) => ctid);

/** Spares a sender the transaction if nothing is due, but to the webhooks `$1`, which have all that is sent at once. */
const ANY_DUE = `
  select from webhooks.endpoint cross join lateral (
    select from webhooks.queue where endpoint_id = endpoint.id and due_at <= now() limit 1) as due
   where disabled_at is null and (paused_until is null or paused_until <= now()) and id <> all($1::uuid[]) limit 1`;

/**
 * Its transaction need not be flushed to disk before it ends: if PostgreSQL crashes at once, events are sent again under the
 * same ids, as if this process had died.
 */
export const UNFLUSHED = `select set_config('synchronous_commit', 'off', true)`;

const CLAIM = `
  with unflushed as materialized (${UNFLUSHED}), ready as materialized (
    select endpoint.id, greatest($1 - coalesce(busy.count, 0), 0) as spare
      from webhooks.endpoint left join unnest($2::uuid[], $3::int[]) as busy (id, count) using (id)
     where disabled_at is null and (paused_until is null or paused_until <= now())
  ), due as materialized (
    select first.ctid from ready cross join lateral (
      select ctid from webhooks.queue
       where endpoint_id = ready.id and due_at <= now()
       order by due_at limit ready.spare for update skip locked) as first
  )
  update webhooks.queue set due_at = now() + $4 * interval '1 millisecond', claim = $5
    from due, unflushed where queue.ctid = due.ctid
  returning queue.ctid, queue.endpoint_id as "endpointId", queue.sku, now() as "claimedAt", tries,
            tried_since as "triedSince"`;

/**
 * The oldest events of a queue are the first ones from its SKU on. Only the index of what is pending has this order: for the
 * oldest by position alone, the planner may read all that was delivered.
 */
const WAITING = `
  select place - 1 as place, url, secrets, failing_since is not null as "isFailing",
         position, event_id as "eventId", oldest.format, body, coalesce(position > replayed_up_to, false) as "isHeld"
    from unnest($1::uuid[], $2::text[]) with ordinality as queue (endpoint_id, sku, place)
    join webhooks.endpoint on endpoint.id = queue.endpoint_id
   cross join lateral (
      select position, event_id, delivery.format, body from webhooks.delivery
       where delivery.endpoint_id = queue.endpoint_id and state = 'pending'
         and (delivery.sku, position) >= (queue.sku, 0) and (delivery.sku, position) <= (queue.sku, 9223372036854775807)
       order by delivery.sku, position limit $3) as oldest
   order by place, position`;

const REMOVE = 'delete from webhooks.queue where ctid = any($1::tid[])';

const PUT_BACK = `
  update webhooks.queue set due_at = now() + $2 * interval '1 millisecond', claim = null where ctid = any($1::tid[])`;
