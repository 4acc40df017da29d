import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { appendAudit } from '../../kernel/audit/audit.js';
import { processActor } from '../../kernel/cause/actor.js';
import type { DisabledReason, StoredSecret } from '../domain/endpoint.js';
import type { Format } from '../domain/payload.js';
import { disable } from './endpoint-rows.js';

/** A delivery that only this instance sends until its lease ends. */
export interface ClaimedDelivery {
  readonly claim: string;
  readonly endpointId: string;
  readonly url: string;
  readonly secrets: readonly StoredSecret[];
  readonly sku: string;
  readonly position: number;
  /** The same at every attempt. */
  readonly eventId: string;
  readonly format: Format;
  readonly body: string;
  readonly claimedAt: Date;
  /** How often it was tried before, since its webhook was last enabled. */
  readonly tries: number;
  /** When the first of these attempts began; null: there was none. */
  readonly triedSince: Date | null;
  /** Whether no attempt at this webhook has succeeded of late. */
  readonly isFailing: boolean;
}

/** What became of an attempt that has not succeeded. */
export interface Failure {
  /** null: there was no answer. */
  readonly status: number | null;
  readonly error: string;
}

/** How soon a SKU whose events wait for a replay is looked at again. */
const HELD_MS = 1_000;

/** A queue that this instance holds until its lease ends. */
interface ClaimedQueue extends Pick<
  ClaimedDelivery,
  'endpointId' | 'sku' | 'claimedAt' | 'tries' | 'triedSince'
> {
  /** Where its row is: a plan that looks for it by its key could read all queues of the webhook. */
  readonly ctid: string;
}

/** The oldest event of a queue; during a replay, what is not queued again yet is held. */
type Head = Omit<ClaimedDelivery, keyof ClaimedQueue | 'claim'> & {
  readonly place: number;
  readonly isHeld: boolean;
};

/**
 * Hands out the oldest event of each webhook and SKU, and notes what became of it. The next one is handed out after that:
 * the events of a SKU arrive in their order, and one that fails holds back no other SKU and no other webhook. The database
 * keeps all of it, so it holds for all instances together.
 */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes what has been due for longest; another instance may take it when the lease is over.
   * @param most deliveries to one webhook that this process sends at once
   * @param busy how many it is sending now, by the id of the webhook
   */
  async claim(most: number, busy: ReadonlyMap<string, number>, leaseMs: number): Promise<ClaimedDelivery[]> {
    const [due] = await this.dataSource.query<unknown[]>(ANY_DUE);
    if (!due) return [];
    return this.dataSource.transaction(async (manager) => {
      const claim = randomUUID();
      const [queues] = await manager.query<[ClaimedQueue[], number]>(CLAIM, [
        most,
        [...busy.keys()],
        [...busy.values()],
        leaseMs,
        claim,
      ]);
      // A statement of its own: it sees what was added to these queues until they were locked.
      const heads = await headsOf(manager, queues);
      const empty = queues.filter((_, place) => !heads.has(place));
      const held = queues.filter((_, place) => heads.get(place)?.isHeld);
      if (empty.length > 0) await manager.query(REMOVE, [ctidsOf(empty)]);
      if (held.length > 0) await manager.query(PUT_BACK, [ctidsOf(held), HELD_MS]);
      return queues.flatMap(({ ctid: _, ...queue }, place) => {
        const head = heads.get(place);
        return head && !head.isHeld ? [{ ...queue, ...head, claim }] : [];
      });
    });
  }

  /** The receiver has it, even if another instance holds the claim by now. */
  async delivered(delivery: ClaimedDelivery, status: number): Promise<void> {
    const { manager } = this.dataSource;
    if (delivery.isFailing) await manager.query(SUCCEEDED, [delivery.endpointId]);
    await settle(manager, delivery, 'delivered', { status, error: null }, 0);
  }

  /** @param pauseMs how long the receiver wants nothing at all; 0: it has not said */
  async delayed(
    delivery: ClaimedDelivery,
    failure: Failure,
    delayMs: number,
    pauseMs: number,
  ): Promise<void> {
    const { manager } = this.dataSource;
    await noteFailure(manager, delivery, pauseMs);
    await settle(manager, delivery, 'pending', failure, delayMs);
  }

  /**
   * The receiver wants nothing any more: what waits is kept until the webhook is enabled again.
   * @returns whether it was enabled until now
   */
  async gone(delivery: ClaimedDelivery, failure: Failure): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const isDisabled = await disable(manager, delivery.endpointId, 'gone');
      await settle(manager, delivery, 'pending', failure, 0);
      if (isDisabled) await noteDisabled(manager, delivery, 'gone');
      return isDisabled;
    });
  }

  /**
   * It has used up its attempts. If nothing has reached the receiver since the first of them, the webhook is disabled, and
   * what waits is kept. Otherwise the fault lies in this event: it is passed over, and those behind it go on.
   * @returns whether the webhook was enabled until now
   */
  async exhausted(delivery: ClaimedDelivery, failure: Failure): Promise<boolean> {
    const { endpointId, triedSince, claimedAt } = delivery;
    return this.dataSource.transaction(async (manager) => {
      await noteFailure(manager, delivery, 0);
      const isDisabled = await disable(manager, endpointId, 'exhausted', triedSince ?? claimedAt);
      const [enabled] = await manager.query<unknown[]>(
        'select from webhooks.endpoint where id = $1 and disabled_at is null',
        [endpointId],
      );
      await settle(manager, delivery, enabled ? 'failed' : 'pending', failure, 0);
      if (isDisabled) await noteDisabled(manager, delivery, 'exhausted');
      return isDisabled;
    });
  }

  /** It was not sent: it is due again at once. */
  async release(delivery: ClaimedDelivery): Promise<void> {
    const { endpointId, sku, claim } = delivery;
    await this.dataSource.query(
      `update webhooks.queue set due_at = clock_timestamp(), claim = null
        where endpoint_id = $1 and sku = $2 and claim = $3`,
      [endpointId, sku, claim],
    );
  }
}

async function noteDisabled(
  manager: EntityManager,
  { endpointId, url }: ClaimedDelivery,
  reason: DisabledReason,
): Promise<void> {
  const details = { origin: new URL(url).origin, reason };
  await appendAudit(manager, {
    ...({ type: 'webhook-disabled', actor: processActor('server') } as const),
    ...{ subject: endpointId, details },
  });
}

/** The endpoint is changed before the queue, as everywhere. */
async function noteFailure(
  manager: EntityManager,
  { endpointId, claimedAt, isFailing }: ClaimedDelivery,
  pauseMs: number,
): Promise<void> {
  if (isFailing && pauseMs === 0) return;
  await manager.query(
    `update webhooks.endpoint
        set failing_since = coalesce(failing_since, $2),
            paused_until = case when $3 > 0 then greatest(paused_until, clock_timestamp() + $3 * interval '1 millisecond')
                                else paused_until end
      where id = $1`,
    [endpointId, claimedAt, pauseMs],
  );
}

async function settle(
  manager: EntityManager,
  { endpointId, sku, position, claim, claimedAt }: ClaimedDelivery,
  state: 'delivered' | 'pending' | 'failed',
  { status, error }: { readonly status: number | null; readonly error: string | null },
  delayMs: number,
): Promise<void> {
  await manager.query(
    `with noted as (
       update webhooks.delivery
          set state = $5, attempts = attempts + 1, last_attempt_at = $6, status = $7, error = $8,
              ended_at = case when $5 <> 'pending' then clock_timestamp() end
        where endpoint_id = $1 and position = $3 and state = 'pending'
     )
     update webhooks.queue
        set due_at = clock_timestamp() + $9 * interval '1 millisecond', claim = null,
            tries = case when $5 = 'pending' then tries + 1 else 0 end,
            tried_since = case when $5 = 'pending' then coalesce(tried_since, $6) end
      where endpoint_id = $1 and sku = $2 and claim = $4`,
    [endpointId, sku, position, claim, state, claimedAt, status, error, delayMs],
  );
}

/** By the places of the queues; one that has none is empty. */
async function headsOf(
  manager: EntityManager,
  queues: readonly ClaimedQueue[],
): Promise<ReadonlyMap<number, Head>> {
  if (queues.length === 0) return new Map();
  const heads = await manager.query<Head[]>(HEADS, [
    queues.map(({ endpointId }) => endpointId),
    queues.map(({ sku }) => sku),
  ]);
  return new Map(heads.map((head) => [head.place, head]));
}

const ctidsOf = (queues: readonly ClaimedQueue[]) => queues.map(({ ctid }) => ctid);

/** Spares an idle sender the transaction. */
const ANY_DUE = `
  select from webhooks.endpoint cross join lateral (
    select from webhooks.queue where endpoint_id = endpoint.id and due_at <= now() limit 1) as due
   where disabled_at is null and (paused_until is null or paused_until <= now()) limit 1`;

const CLAIM = `
  with ready as materialized (
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
    from due where queue.endpoint_id = due.endpoint_id and queue.sku = due.sku
  returning queue.ctid, queue.endpoint_id as "endpointId", queue.sku, now() as "claimedAt", tries,
            tried_since as "triedSince"`;

/**
 * The oldest event of a queue is the first one from its SKU on, if that is of its SKU. Only the index of what is pending has this
 * order: for the oldest by position alone, the planner may read all that was delivered.
 */
const HEADS = `
  select place - 1 as place, url, secrets, failing_since is not null as "isFailing",
         position, event_id as "eventId", head.format, body, coalesce(position > replayed_up_to, false) as "isHeld"
    from unnest($1::uuid[], $2::text[]) with ordinality as queue (endpoint_id, sku, place)
    join webhooks.endpoint on endpoint.id = queue.endpoint_id
   cross join lateral (
      select delivery.sku, position, event_id, delivery.format, body from webhooks.delivery
       where delivery.endpoint_id = queue.endpoint_id and state = 'pending'
         and (delivery.sku, position) >= (queue.sku, 0)
       order by delivery.sku, position limit 1) as head
   where head.sku = queue.sku`;

const REMOVE = 'delete from webhooks.queue where ctid = any($1::tid[])';

const PUT_BACK = `
  update webhooks.queue set due_at = now() + $2 * interval '1 millisecond', claim = null where ctid = any($1::tid[])`;

const SUCCEEDED =
  'update webhooks.endpoint set failing_since = null where id = $1 and failing_since is not null';
