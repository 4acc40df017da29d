import type { Actor } from '../cause/actor.js';

/**
 * - `key-created`, `key-first-used`, `key-revoked`: subject is the key's name
 * - `event-retried`, `event-discarded`, `read-model-rebuilt`: subject is the subscription
 * - `dead-letter-retried`, `dead-letter-discarded`: subject is the id of the dead letter
 * - `webhook-created`, `webhook-changed`, `webhook-secret-rotated`, `webhook-disabled`, `webhook-deleted`: subject is the
 *   id of the webhook
 * - `migration-applied`, `migration-reverted`: subject is the schema and the migration
 */
export const AUDIT_TYPES = [
  'key-created',
  'key-first-used',
  'key-revoked',
  'event-retried',
  'event-discarded',
  'read-model-rebuilt',
  'dead-letter-retried',
  'dead-letter-discarded',
  'webhook-created',
  'webhook-changed',
  'webhook-secret-rotated',
  'webhook-disabled',
  'webhook-deleted',
  'migration-applied',
  'migration-reverted',
] as const;
export type AuditType = (typeof AUDIT_TYPES)[number];

/** What was done, to what, by whom. Never a secret. */
export interface Audited {
  readonly type: AuditType;
  readonly actor: Actor;
  readonly subject: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditEntry {
  /** Strictly increasing in the order of commits, with gaps. */
  readonly position: number;
  readonly occurredAt: Date;
  readonly type: AuditType;
  readonly actor: string;
  readonly actorKind: Actor['kind'];
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A transaction, TypeORM's or the driver's. */
interface Writer {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

interface Reader {
  query<T>(sql: string, values: unknown[]): Promise<T>;
}

/** The advisory lock that puts the commits of appending transactions one after the other. */
const AUDIT_LOCK = 0x6175_6474;

/**
 * Appends as the last write of the transaction that does what the entries record, so that neither exists without the
 * other. The lock is held from here to the end of the commit: a reader that asks for `position > mine` misses nothing.
 */
export async function appendAudit(tx: Writer, ...entries: readonly Audited[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `with locked as materialized (select pg_advisory_xact_lock($1))
     insert into access.audit (type, actor, actor_kind, subject, details)
     select type, actor, actor_kind, subject, details
       from locked cross join unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
            with ordinality as e (type, actor, actor_kind, subject, details, place)
      order by place`,
    [
      AUDIT_LOCK,
      entries.map(({ type }) => type),
      entries.map(({ actor }) => actor.name),
      entries.map(({ actor }) => actor.kind),
      entries.map(({ subject }) => subject),
      entries.map(({ details = {} }) => JSON.stringify(details)),
    ],
  );
}

const COLUMNS = `position, occurred_at as "occurredAt", type, actor, actor_kind as "actorKind", subject, details`;

const FORWARDS = `select ${COLUMNS} from access.audit where position > $1 order by position limit $2`;
const BACKWARDS = `select ${COLUMNS} from access.audit where position < $1 order by position desc limit $2`;

export const AUDIT_DIRECTIONS = ['oldest-first', 'newest-first'] as const;
export type AuditDirection = (typeof AUDIT_DIRECTIONS)[number];

/** @param after the position after which to begin; undefined: at the first entry in this direction */
export function readAudit(
  reader: Reader,
  after: number | undefined,
  count: number,
  direction: AuditDirection = 'oldest-first',
): Promise<AuditEntry[]> {
  return direction === 'oldest-first'
    ? reader.query(FORWARDS, [after ?? 0, count])
    : reader.query(BACKWARDS, [after ?? Number.MAX_SAFE_INTEGER, count]);
}
