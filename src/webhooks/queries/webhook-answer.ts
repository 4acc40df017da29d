import type { DisabledReason } from '../domain/endpoint.js';
import type { Format } from '../domain/payload.js';

/** A webhook as its owner sees it: without its secrets. */
export interface WebhookAnswer {
  readonly id: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly skus: readonly string[] | null;
  readonly format: Format;
  readonly enabled: boolean;
  readonly disabledReason: DisabledReason | null;
  readonly disabledAt: Date | null;
  readonly failingSince: Date | null;
  readonly pausedUntil: Date | null;
  /** null: no replay is under way. Otherwise what happened up to `after` is queued again, and what happened up to `upTo` will be. */
  readonly replaying: { readonly after: number; readonly upTo: number } | null;
  /** `MOST_COUNTED` at most. */
  readonly pending: number;
  /** null: only the current secret signs. */
  readonly previousSecretUntil: string | null;
  readonly createdAt: Date;
}

/** Pending deliveries are counted up to this number: a webhook that was disabled for long can have millions. */
export const MOST_COUNTED = 10_000;

/** The answer, from `webhooks.endpoint`. */
export const SELECT_WEBHOOK = `
  select id, url, types, skus, format, disabled_at is null as enabled,
         disabled_reason as "disabledReason", disabled_at as "disabledAt", failing_since as "failingSince",
         case when paused_until > now() then paused_until end as "pausedUntil",
         case when replay_up_to is not null
              then json_build_object('after', replayed_up_to, 'upTo', replay_up_to) end as replaying,
         (select count(*) from (
            select from webhooks.delivery where endpoint_id = endpoint.id and state = 'pending'
             limit ${MOST_COUNTED}) as waiting) as pending,
         (select max(secret ->> 'expiresAt') from jsonb_array_elements(secrets) as secret
           where (secret ->> 'expiresAt')::timestamptz > now()) as "previousSecretUntil",
         created_at as "createdAt"
    from webhooks.endpoint`;
