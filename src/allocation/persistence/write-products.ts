import type { EntityManager } from 'typeorm';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { ConcurrentChange } from '../../kernel/domain/store.js';
import { column } from '../../kernel/postgres/column.js';
import { DEFAULT_POLICY, isSamePolicy, type Policy } from '../domain/policy.js';
import { termsOf, type AllocatedLine } from '../domain/allocated-line.js';
import type { ChangedBatch } from '../domain/product-state.js';
import { fromPromisedDate } from '../domain/stored-promised-date.js';
import type { QueueChanges } from '../domain/waiting-line.js';

interface OfOrder {
  readonly sku: string;
  readonly orderId: string;
}

/** As SQL, when the PostgreSQL that answers was started: a standby that was promoted was not started at the same time. */
export const THIS_SERVER = `pg_postmaster_start_time()::text`;

/**
 * A transaction that has written products. Ids are given out again by a server that has lost transactions, as one that was
 * restored or a standby that was promoted: so an id names a transaction on one server only.
 */
export interface Writer {
  /** Its `pg_current_xact_id()`. */
  readonly transactionId: string;
  readonly server: string;
}

/**
 * The only place that raises a version (rule 8): every write of a product comes through here. New products have no row to lock
 * before, so they are inserted in the order of SKUs.
 * @returns the transaction
 */
export async function raiseVersions(
  manager: EntityManager,
  changes: readonly {
    readonly sku: string;
    readonly version: number;
    readonly lastSequence: number;
    readonly queue: QueueChanges;
  }[],
): Promise<Writer> {
  const [row] = await manager.query<(Writer & { raised: number })[]>(
    `with changed (sku, loaded, last_sequence, waiting) as (
       select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[])
     ), raised as (
       update allocation.product
          set version = product.version + 1, last_sequence = changed.last_sequence, waiting = changed.waiting
         from changed
        where product.sku = changed.sku and product.version = changed.loaded
        returning 1
     ), created as (
       insert into allocation.product (sku, version, last_sequence, waiting)
       select sku, 1, last_sequence, waiting from changed where loaded = 0 order by sku
       on conflict do nothing
       returning 1
     )
     select (select count(*) from raised) + (select count(*) from created) as raised,
            pg_current_xact_id()::text as "transactionId", ${THIS_SERVER} as server`,
    [
      changes.map(({ sku }) => sku),
      changes.map(({ version }) => version),
      changes.map(({ lastSequence }) => lastSequence),
      changes.map(({ queue }) => queue.waiting),
    ],
  );
  if (row!.raised !== changes.length) throw new ConcurrentChange(changes.map(({ sku }) => sku));
  return row!;
}

/** The rows are those whose versions were raised before. */
export async function writePolicies(
  manager: EntityManager,
  changed: readonly { readonly sku: string; readonly policy: Policy }[],
): Promise<void> {
  const skus = changed.map(({ sku }) => sku);
  await settleAll(
    manager.query(
      `update allocation.product set policy = changed.policy
         from unnest($1::text[], $2::jsonb[]) as changed (sku, policy) where product.sku = changed.sku`,
      [
        skus,
        changed.map(({ policy }) => (isSamePolicy(policy, DEFAULT_POLICY) ? null : JSON.stringify(policy))),
      ],
    ),
    // A batch that opens again is given its place when it is written.
    manager.query(
      `update allocation.batch set rank = null where sku = any($1) and not is_open and rank is not null`,
      [skus],
    ),
  );
}

/** Keeps which channel of each product was served last in turn. */
export async function writeTurns(
  manager: EntityManager,
  served: readonly { readonly sku: string; readonly lastChannel: string }[],
): Promise<void> {
  await manager.query(
    `update allocation.product set last_channel = served.channel
       from unnest($1::text[], $2::text[]) as served (sku, channel) where product.sku = served.sku`,
    [served.map(({ sku }) => sku), served.map(({ lastChannel }) => lastChannel)],
  );
}

export async function writeBatches(
  manager: EntityManager,
  batches: readonly { sku: string; batch: ChangedBatch }[],
): Promise<void> {
  // Nearly all batches have none, and pay nothing for it.
  const hasMore = batches.some(({ batch }) => batch.index ?? batch.goods?.excess !== undefined);
  await manager.query(
    `insert into allocation.batch (sku, reference, eta, quantity, allocated, held, overdue_noted,
                                   received, shipped, returned, written_off, earlier_promises, lot
                                   ${hasMore ? ', rank, usable_until, entered_at, excess' : ''})
     select * from unnest($1::text[], $2::text[], $3::date[], $4::int[], $5::int[], $6::int[], $7::date[],
                          $8::int[], $9::bigint[], $10::bigint[], $11::bigint[], $12::jsonb[], $13::jsonb[]
                          ${hasMore ? ', $14::bigint[], $15::date[], $16::timestamptz[], $17::bigint[]' : ''})
     on conflict (reference) do update
        set eta = excluded.eta, quantity = excluded.quantity, allocated = excluded.allocated,
            held = excluded.held, overdue_noted = excluded.overdue_noted, received = excluded.received,
            shipped = excluded.shipped, returned = excluded.returned, written_off = excluded.written_off,
            earlier_promises = excluded.earlier_promises, lot = excluded.lot${hasMore ? MORE : ''}`,
    [
      batches.map(({ sku }) => sku),
      batches.map(({ batch }) => batch.reference),
      batches.map(({ batch }) => batch.eta),
      batches.map(({ batch }) => batch.quantity),
      batches.map(({ batch }) => batch.allocated),
      batches.map(({ batch }) => batch.held ?? 0),
      batches.map(({ batch }) => batch.overdueNoted ?? null),
      batches.map(({ batch }) => batch.goods?.received ?? 0),
      batches.map(({ batch }) => batch.goods?.shipped ?? 0),
      batches.map(({ batch }) => batch.goods?.returned ?? 0),
      batches.map(({ batch }) => batch.goods?.writtenOff ?? 0),
      batches.map(({ batch }) => (batch.earlier ? JSON.stringify(batch.earlier) : null)),
      batches.map(({ batch }) => (batch.lot ? JSON.stringify(batch.lot) : null)),
      ...(hasMore ? moreOf(batches.map(({ batch }) => batch)) : []),
    ],
  );
}

/** When a batch came is read only if it matters, so it is not lost. */
const MORE = `,
            rank = excluded.rank, usable_until = excluded.usable_until,
            entered_at = coalesce(excluded.entered_at, batch.entered_at), excess = excluded.excess`;

function moreOf(batches: readonly ChangedBatch[]): unknown[] {
  return [
    batches.map(({ index }) => index?.rank ?? null),
    batches.map(({ index }) => index?.usableUntil ?? null),
    batches.map(({ enteredAt }) => (enteredAt === undefined ? null : new Date(enteredAt))),
    batches.map(({ goods }) => goods?.excess ?? 0),
  ];
}

export interface OfProduct {
  readonly sku: string;
  readonly line: AllocatedLine;
}

const INTO_THEIR_ROWS = `on conflict (order_id, sku) do update
        set quantity = excluded.quantity, batch_reference = excluded.batch_reference, sequence = excluded.sequence,
            split = excluded.split, needed_by = excluded.needed_by, expires_at = excluded.expires_at,
            priority = excluded.priority, promised_date = excluded.promised_date, may_wait = excluded.may_wait,
            locations = excluded.locations`;

/** @param areNew the products have none of them: to insert without looking for one takes a quarter less */
export async function writeLines(
  manager: EntityManager,
  lines: readonly OfProduct[],
  areNew: boolean,
): Promise<void> {
  const terms = lines.map(({ line }) => termsOf(line));
  const written = manager.query(
    `insert into allocation.line
            (order_id, quantity, sequence, sku, batch_reference, split, needed_by, expires_at, priority, promised_date,
             may_wait, locations)
     select order_id, quantity, sequence, coalesce(sku, $5), coalesce(batch_reference, $7), coalesce(split, $9),
            coalesce(needed_by, $11), coalesce(expires_at, $13), coalesce(priority, $15), coalesce(promised_date, $17),
            coalesce(may_wait, $19), coalesce(locations, $21)
       from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $6::text[], $8::boolean[], $10::date[],
                   $12::timestamptz[], $14::smallint[], $16::date[], $18::boolean[], $20::jsonb[])
         as line (order_id, quantity, sequence, sku, batch_reference, split, needed_by, expires_at, priority,
                  promised_date, may_wait, locations)
     ${areNew ? '' : INTO_THEIR_ROWS}`,
    [
      lines.map(({ line }) => line.orderId),
      lines.map(({ line }) => line.claims?.at(-1)!.quantity ?? line.quantity),
      lines.map(({ line }) => line.sequence),
      ...column(lines.map(({ sku }) => sku)),
      ...column(lines.map(({ line }) => line.batchReference)),
      ...column(terms.map(({ split }) => split)),
      ...column(terms.map(({ neededBy }) => neededBy)),
      ...column(terms.map(({ expiresAt }) => expiresAt)),
      ...column(terms.map(({ priority }) => priority)),
      ...column(lines.map(({ line: { promisedDate } }) => fromPromisedDate(promisedDate))),
      ...column(terms.map(({ mayWait }) => mayWait ?? false)),
      ...column(terms.map(({ locations }) => (locations ? JSON.stringify(locations) : null))),
    ],
  );
  const further = lines.flatMap(({ sku, line: { orderId, claims = [] } }) =>
    claims.slice(0, -1).map((claim) => ({ sku, orderId, ...claim })),
  );
  await settleAll(
    written,
    further.length > 0 &&
      manager.query(
        `insert into allocation.split_claim (sku, order_id, batch_reference, quantity)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::int[])
         on conflict (order_id, sku, batch_reference) do update set quantity = excluded.quantity`,
        [
          further.map(({ sku }) => sku),
          further.map(({ orderId }) => orderId),
          further.map(({ batchReference }) => batchReference),
          further.map(({ quantity }) => quantity),
        ],
      ),
  );
}

export async function deleteLines(manager: EntityManager, gone: readonly OfOrder[]): Promise<void> {
  await deleteFrom('allocation.line', manager, gone);
}

/** Of lines that had claims on several batches: those that they still have are written again. */
export async function deleteFurtherClaims(manager: EntityManager, lines: readonly OfOrder[]): Promise<void> {
  await deleteFrom('allocation.split_claim', manager, lines);
}

/** The lines wait no longer. */
export async function deleteFromQueues(manager: EntityManager, gone: readonly OfOrder[]): Promise<void> {
  await deleteFrom('allocation.backorder', manager, gone);
}

async function deleteFrom(table: string, manager: EntityManager, gone: readonly OfOrder[]): Promise<void> {
  await manager.query(
    `delete from ${table} as stored using unnest($1::text[], $2::text[]) as gone (order_id, sku)
      where stored.order_id = gone.order_id and stored.sku = gone.sku`,
    [gone.map(({ orderId }) => orderId), gone.map(({ sku }) => sku)],
  );
}
