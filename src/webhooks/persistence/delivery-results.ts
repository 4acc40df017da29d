import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { appendAudit } from '../../kernel/audit/audit.js';
import { processActor } from '../../kernel/cause/actor.js';
import type { DisabledReason } from '../domain/endpoint.js';
import { UNFLUSHED, type Run } from './delivery-queue.js';
import { disable } from './endpoint-rows.js';

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

/** Stores what became of the events of a run, and when the next event of its queue is due. */
@Injectable()
export class DeliveryResults {
  constructor(private readonly dataSource: DataSource) {}

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
    // `ended_at is null` is the same as `state = 'pending'`, but keeps the planner from the index of all that waits. For a join
    // with the positions it may read all deliveries of the webhook.
    `with unflushed as materialized (${failure ? 'select' : UNFLUSHED}), noted as (
       update webhooks.delivery
          set attempts = attempts + 1, (state, last_attempt_at, status, error, ended_at) = (
                select made.state, at, made.status, made.error, case when made.state <> 'pending' then clock_timestamp() end
                  from unnest($4::bigint[], $5::text[], $6::timestamptz[], $7::int[], $8::text[])
                       as made (position, state, at, status, error)
                 where made.position = delivery.position)
        where endpoint_id = $1 and position = any($4::bigint[]) and ended_at is null
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

const SUCCEEDED =
  'update webhooks.endpoint set failing_since = null where id = $1 and failing_since is not null';
