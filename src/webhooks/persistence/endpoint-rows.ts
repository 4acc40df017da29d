import type { EntityManager } from 'typeorm';
import type { DisabledReason } from '../domain/endpoint.js';

/**
 * The advisory lock of webhooks. Who queues events shares it, who changes a webhook has it alone: so events are queued for the
 * webhooks as they were all the while, and a new one gets every event after its position.
 */
const ENDPOINTS_LOCK = 0x7765_6268;

/** Keeps webhooks as they are until the transaction ends. */
export async function holdEndpoints(manager: EntityManager): Promise<void> {
  await manager.query('select pg_advisory_xact_lock_shared($1)', [ENDPOINTS_LOCK]);
}

/** Waits until nobody queues events, and keeps others from it until the transaction ends. */
export async function lockEndpoints(manager: EntityManager): Promise<void> {
  await manager.query('select pg_advisory_xact_lock($1)', [ENDPOINTS_LOCK]);
}

/**
 * Disables a webhook: nothing is sent to it and nothing queued for it until it is enabled, and what is queued stays so.
 * @param failingSince only if no attempt has succeeded that began since then; left out: in any case
 * @returns whether it was enabled until now
 */
export async function disable(
  manager: EntityManager,
  id: string,
  reason: DisabledReason,
  failingSince: Date | null = null,
): Promise<boolean> {
  const [, count] = await manager.query<[unknown[], number]>(
    `update webhooks.endpoint
        set disabled_at = now(), disabled_reason = $2,
            resume_after = greatest(begins_after, (select max(position) from webhooks.delivery where endpoint_id = $1))
      where id = $1 and disabled_at is null and ($3::timestamptz is null or failing_since <= $3)`,
    [id, reason, failingSince],
  );
  return count > 0;
}
