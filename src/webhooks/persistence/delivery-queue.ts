import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { appendAudit } from '../../kernel/audit/audit.js';
import { processActor } from '../../kernel/cause/actor.js';
import type { DisabledReason, StoredSecret } from '../domain/endpoint.js';
import type { Format } from '../domain/payload.js';
import { disable } from './endpoint-rows.js';

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

/** An event that the receiver has. */
export interface SentEvent {
  readonly position: number;
  /** When the attempt began. */
  readonly at: Date;
  readonly status: number;
}

/** An attempt that has not succeeded. */
export interface Failure {
  readonly position: number;
  /** When it began. */
  readonly at: Date;
  /** null: there was no answer. */
  readonly status: number | null;
  readonly error: string;
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
 * Hands out the oldest events of each webhook and SKU, and notes what became of them. The next ones are handed out after that:
 * the events of a SKU arrive in their order, and one that fails holds back no other SKU and no other webhook. The database
 * keeps all of it, so it holds for all instances together.
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
    for (;;) {
      const [due] = await this.dataSource.query<unknown[]>(ANY_DUE);
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

  /** The receiver has these events, even if another instance holds the claim by now. The others of the run are due at once. */
  async delivered(run: Run, sent: readonly SentEvent[]): Promise<void> {
    const { manager } = this.dataSource;
    await noteSuccess(manager, run, sent);
    const { tries, triedSince } = sent.length === 0 ? run : NEVER_TRIED;
    await settle(manager, run, { sent, tries, triedSince, delayMs: 0 });
  }

  /**
   * @param sent those before the one that failed
   * @param pauseMs how long the receiver wants nothing at all; 0: it has not said
   */
  async delayed(
    run: Run,
    sent: readonly SentEvent[],
    failure: Failure,
    delayMs: number,
    pauseMs: number,
  ): Promise<void> {
    const { manager } = this.dataSource;
    await noteSuccess(manager, run, sent);
    await noteFailure(manager, run, sent, failure, pauseMs);
    await settle(manager, run, { sent, failure, ...afterFailure(run, sent, failure), delayMs });
  }

  /**
   * The receiver wants nothing any more: what waits is kept until the webhook is enabled again.
   * @param sent those before the one that failed
   * @returns whether it was enabled until now
   */
  async gone(run: Run, sent: readonly SentEvent[], failure: Failure): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await noteSuccess(manager, run, sent);
      const isDisabled = await disable(manager, run.endpointId, 'gone');
      await settle(manager, run, { sent, failure, ...afterFailure(run, sent, failure), delayMs: 0 });
      if (isDisabled) await noteDisabled(manager, run, 'gone');
      return isDisabled;
    });
  }

  /**
   * It has used up its attempts. If nothing has reached the receiver since the first of them, the webhook is disabled, and
   * what waits is kept. Otherwise the fault lies in this event: it is passed over, and those behind it go on.
   * @param sent those before the one that failed
   * @returns whether the webhook was enabled until now
   */
  async exhausted(run: Run, sent: readonly SentEvent[], failure: Failure): Promise<boolean> {
    const { endpointId } = run;
    const tried = afterFailure(run, sent, failure);
    return this.dataSource.transaction(async (manager) => {
      await noteSuccess(manager, run, sent);
      await noteFailure(manager, run, sent, failure, 0);
      const isDisabled = await disable(manager, endpointId, 'exhausted', tried.triedSince);
      const [enabled] = await manager.query<unknown[]>(
        'select from webhooks.endpoint where id = $1 and disabled_at is null',
        [endpointId],
      );
      await settle(
        manager,
        run,
        enabled
          ? { sent, failure, isGivenUp: true, ...NEVER_TRIED, delayMs: 0 }
          : { sent, failure, ...tried, delayMs: 0 },
      );
      if (isDisabled) await noteDisabled(manager, run, 'exhausted');
      return isDisabled;
    });
  }
}

/** What a queue says of the attempts of its oldest event. */
type Tried = Pick<Run, 'tries' | 'triedSince'>;

const NEVER_TRIED: Tried = { tries: 0, triedSince: null };

/** After an attempt that has failed. Only the first event of a run can have been tried before. */
export const afterFailure = (run: Run, { length }: readonly SentEvent[], { at }: Failure): Tried =>
  length === 0 ? { tries: run.tries + 1, triedSince: run.triedSince ?? at } : { tries: 1, triedSince: at };

async function noteDisabled(
  manager: EntityManager,
  { endpointId, url }: Run,
  reason: DisabledReason,
): Promise<void> {
  const details = { origin: new URL(url).origin, reason };
  await appendAudit(manager, {
    ...({ type: 'webhook-disabled', actor: processActor('server') } as const),
    ...{ subject: endpointId, details },
  });
}

async function noteSuccess(manager: EntityManager, run: Run, sent: readonly SentEvent[]): Promise<void> {
  if (run.isFailing && sent.length > 0) await manager.query(SUCCEEDED, [run.endpointId]);
}

/** The endpoint is changed before the queue, as everywhere. */
async function noteFailure(
  manager: EntityManager,
  { endpointId, isFailing }: Run,
  sent: readonly SentEvent[],
  { at }: Failure,
  pauseMs: number,
): Promise<void> {
  if (isFailing && sent.length === 0 && pauseMs === 0) return;
  await manager.query(
    `update webhooks.endpoint
        set failing_since = coalesce(failing_since, $2),
            paused_until = case when $3 > 0 then greatest(paused_until, clock_timestamp() + $3 * interval '1 millisecond')
                                else paused_until end
      where id = $1`,
    [endpointId, at, pauseMs],
  );
}

/** What became of a run, and of its queue. */
interface Settled extends Tried {
  readonly sent: readonly SentEvent[];
  readonly failure?: Failure;
  /** Whether what has failed is not tried again. */
  readonly isGivenUp?: boolean;
  /** Until the next event of the queue is due. */
  readonly delayMs: number;
}

async function settle(
  manager: EntityManager,
  { endpointId, sku, claim }: Run,
  { sent, failure, isGivenUp, tries, triedSince, delayMs }: Settled,
): Promise<void> {
  const attempts = [
    ...sent.map((event) => ({ ...event, state: 'delivered', error: null })),
    ...(failure ? [{ ...failure, state: isGivenUp ? 'failed' : 'pending' }] : []),
  ];
  await manager.query(
    // `ended_at is null` is the same as `state = 'pending'`, but keeps the planner from the index of all that waits.
    `with unflushed as materialized (${failure ? 'select' : UNFLUSHED}), noted as (
       update webhooks.delivery
          set state = made.state, attempts = attempts + 1, last_attempt_at = made.at, status = made.status, error = made.error,
              ended_at = case when made.state <> 'pending' then clock_timestamp() end
         from unnest($4::bigint[], $5::text[], $6::timestamptz[], $7::int[], $8::text[]) as made (position, state, at, status, error)
        where endpoint_id = $1 and delivery.position = made.position and ended_at is null
     )
     update webhooks.queue
        set due_at = clock_timestamp() + $9 * interval '1 millisecond', claim = null, tries = $10, tried_since = $11
       from unflushed
      where endpoint_id = $1 and sku = $2 and claim = $3`,
    [
      ...[endpointId, sku, claim],
      attempts.map(({ position }) => position),
      attempts.map(({ state }) => state),
      attempts.map(({ at }) => at),
      attempts.map(({ status }) => status),
      attempts.map(({ error }) => error),
      ...[delayMs, tries, triedSince],
    ],
  );
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

/** Spares an idle sender the transaction. */
const ANY_DUE = `
  select from webhooks.endpoint cross join lateral (
    select from webhooks.queue where endpoint_id = endpoint.id and due_at <= now() limit 1) as due
   where disabled_at is null and (paused_until is null or paused_until <= now()) limit 1`;

/**
 * Its transaction need not be flushed to disk before it ends: if PostgreSQL crashes at once, events are sent again under the
 * same ids, as if this process had died.
 */
const UNFLUSHED = `select set_config('synchronous_commit', 'off', true)`;

const CLAIM = `
  with unflushed as materialized (${UNFLUSHED}), ready as materialized (
    select endpoint.id, greatest($1 - coalesce(busy.count, 0), 0) as spare
      from webhooks.endpoint left join unnest($2::uuid[], $3::int[]) as busy (id, count) using (id)
     where disabled_at is null and (paused_until is null or paused_until <= now())
  ), due as materialized (
    select first.* from ready cross join lateral (
      select endpoint_id, sku from webhooks.queue
       where endpoint_id = ready.id and due_at <= now()
       order by due_at limit ready.spare for update skip locked) as first
  )
  update webhooks.queue set due_at = now() + $4 * interval '1 millisecond', claim = $5
    from due, unflushed where queue.endpoint_id = due.endpoint_id and queue.sku = due.sku
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

const SUCCEEDED =
  'update webhooks.endpoint set failing_since = null where id = $1 and failing_since is not null';
