import type { EntityManager } from 'typeorm';
import { settleAll } from '../../kernel/domain/settle-all.js';
import type { Queryable } from '../../kernel/postgres/snapshot.js';
import { ConcurrentChange } from '../../kernel/domain/store.js';
import type { EndedPromise } from '../domain/ended-promises.js';
import { withoutRecord, type OrderState } from '../domain/order-state.js';
import type { Order } from '../domain/order.js';
import type { OrderNeed } from '../domain/stock.js';
import type { LineNeed } from './read-lines.js';

/** The first of the two numbers of the advisory locks of orders. */
const ORDER_LOCK = 0x6f72_6472;

/**
 * Locks orders, also those that have no row yet: those that change as a whole against everybody, those of loose lines
 * against the former only. In the order of the locks, so that two transactions never wait for each other; two orders may
 * share one.
 */
export async function lockOrders(
  manager: Queryable,
  wholeOrders: readonly string[],
  ofLooseLines: readonly string[],
): Promise<void> {
  if (wholeOrders.length + ofLooseLines.length === 0) return;
  const exclusive = wholeOrders.length > 0;
  // Without whole orders, which is the common case, nothing has to be decided for each.
  await manager.query(
    exclusive
      ? `select case when is_whole then pg_advisory_xact_lock($1, key)::text
                     else pg_advisory_xact_lock_shared($1, key)::text end
           from (select hashtext(order_id) as key, bool_or(is_whole) as is_whole
                   from (select unnest($2::text[]) as order_id, true as is_whole
                          union all select unnest($3::text[]), false) as orders
                  group by 1 order by 1) as locks`
      : `select count(pg_advisory_xact_lock_shared($1, key)::text)
           from (select hashtext(order_id) as key from unnest($2::text[]) as order_id order by 1) as locks`,
    exclusive ? [ORDER_LOCK, wholeOrders, ofLooseLines] : [ORDER_LOCK, ofLooseLines],
  );
}

interface Row extends Omit<OrderState, 'createdAt' | 'expiresAt' | 'cancelledAt'> {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly cancelledAt: Date | null;
}

interface ReadOrders {
  /** By the clock of the database. */
  readonly now: Date;
  /** One for each id; without a record if it has none. */
  readonly orders: readonly OrderState[];
  /** The SKUs of which an order has a line, even if it only waits. */
  readonly skus: ReadonlyMap<string, readonly string[]>;
}

/** The records of orders, and the SKUs of their lines. */
export async function readOrders(reader: Queryable, orderIds: readonly string[]): Promise<ReadOrders> {
  const [clock, rows, lines] = await settleAll(
    reader.query<[{ now: Date }]>('select clock_timestamp() as now'),
    reader.query<Row[]>(
      `select order_id as "orderId", version, created_at as "createdAt", expires_at as "expiresAt", priority, channel,
              locations, ship_complete as "shipComplete", may_wait as "mayWait", cancelled_at as "cancelledAt", lines
         from allocation.customer_order where order_id = any($1)`,
      [orderIds],
    ),
    reader.query<{ orderId: string; skus: string[] }[]>(
      `select order_id as "orderId", array_agg(sku) as skus
         from (select order_id, sku from allocation.line where order_id = any($1)
                union all
               select order_id, sku from allocation.backorder where order_id = any($1)) as lines
        group by 1`,
      [orderIds],
    ),
  );
  const now = clock[0].now;
  const records = new Map(rows.map((row) => [row.orderId, row]));
  return {
    now,
    orders: orderIds.map((orderId) => records.get(orderId) ?? withoutRecord(orderId, now)),
    skus: new Map(lines.map(({ orderId, skus }) => [orderId, skus])),
  };
}

/**
 * What the works on the orders need of products: those of the lines that they name, and those of all lines that they have.
 * While the orders are locked, none of them gets a line that does not stand here.
 */
export function needsOfOrders(
  needs: readonly OrderNeed[],
  orders: readonly OrderState[],
  skus: ReadonlyMap<string, readonly string[]>,
): (LineNeed & { readonly orderId: string })[] {
  const atLocations = new Set([
    ...needs.flatMap(({ orderId, hasLocations }) => (hasLocations ? orderId : [])),
    ...orders.flatMap(({ orderId, locations }) => (locations ? orderId : [])),
  ]);
  // Which of the batches are at one of the places is for the domain to say.
  const claiming = (orderId: string, units: number) => (atLocations.has(orderId) ? {} : { units });
  const stands = (orderId: string, sku: string) => skus.get(orderId)?.includes(sku) ?? false;
  const named = needs.flatMap(({ orderId, lines, onlyPuts }) =>
    lines.map(({ sku, quantity, neededBy = null }) => ({
      ...{ sku, orderId, neededBy, stands: stands(orderId, sku) },
      ...claiming(orderId, quantity),
      onlyAllocates: onlyPuts === true && !stands(orderId, sku),
    })),
  );
  const reclaiming = new Set(needs.flatMap(({ orderId, reclaims }) => (reclaims ? orderId : [])));
  const recorded = orders.flatMap(({ orderId, lines }) =>
    lines.map(({ sku, quantity, neededBy }) => ({
      ...{ sku, orderId, neededBy, stands: stands(orderId, sku) },
      ...(reclaiming.has(orderId) ? claiming(orderId, quantity) : { units: 0 }),
    })),
  );
  const withDocument = new Set(needs.flatMap(({ orderId, document }) => (document ? orderId : [])));
  const left = orders
    .filter(({ orderId }) => withDocument.has(orderId))
    .flatMap(({ orderId, lines }) =>
      lines.flatMap(({ sku, shippedFrom = [] }) =>
        shippedFrom.map(({ batchReference, quantity }) => ({
          ...{ sku, orderId, units: 0, batchReference, stands: stands(orderId, sku) },
          frees: quantity,
        })),
      ),
    );
  const standing = [...skus].flatMap(([orderId, its]) =>
    its.map((sku) => ({ sku, orderId, units: 0, stands: true })),
  );
  return [...named, ...recorded, ...left, ...standing];
}

/**
 * The only place that raises the version of an order: every change of a record comes through here. Those whose lines have got
 * promised dates since they were loaded (`keepEndedPromises`) are not written either.
 */
export async function writeOrders(manager: EntityManager, orders: readonly Order[]): Promise<void> {
  const states = orders.map((order) => ({ order, state: order.changes }));
  const kept = states.flatMap(({ order, state }) =>
    state ? [{ loaded: order.version, unpromised: order.unpromisedBefore, ...state }] : [],
  );
  // One that came and went in this transaction has nothing to be deleted.
  const gone = states.flatMap(({ order, state }) => (state || order.version === 0 ? [] : order));
  const [row] = await manager.query<{ written: number }[]>(
    `with changed as (
       select * from json_to_recordset($1) as changed
         ("orderId" text, loaded bigint, unpromised int, "createdAt" timestamptz, "expiresAt" timestamptz, priority smallint, channel text,
          locations jsonb, "shipComplete" boolean, "mayWait" boolean, "cancelledAt" timestamptz, lines jsonb)
     ), raised as (
       update allocation.customer_order as stored
          set version = stored.version + 1, created_at = "createdAt", expires_at = "expiresAt",
              priority = changed.priority, channel = changed.channel, locations = changed.locations,
              ship_complete = "shipComplete",
              may_wait = "mayWait", cancelled_at = "cancelledAt", lines = changed.lines
         from changed
        where loaded > 0 and order_id = "orderId" and stored.version = loaded
          and jsonb_array_length(jsonb_path_query_array(stored.lines, '$[*].isUnpromised')) = unpromised
        returning 1
     ), created as (
       insert into allocation.customer_order
              (order_id, version, created_at, expires_at, priority, channel, locations, ship_complete, may_wait, cancelled_at,
               lines)
       select "orderId", 1, "createdAt", "expiresAt", priority, channel, locations, "shipComplete", "mayWait", "cancelledAt",
              lines
         from changed where loaded = 0
       on conflict do nothing
       returning 1
     ), deleted as (
       delete from allocation.customer_order as stored using unnest($2::text[], $3::bigint[]) as gone (order_id, loaded)
        where stored.order_id = gone.order_id and stored.version = loaded
        returning 1
     )
     select (select count(*) from raised) + (select count(*) from created) + (select count(*) from deleted) as written`,
    [JSON.stringify(kept), gone.map(({ orderId }) => orderId), gone.map(({ version }) => version)],
  );
  if (row!.written !== kept.length + gone.length)
    throw new ConcurrentChange(orders.map(({ orderId }) => orderId));
}

/**
 * Writes the records of orders that nobody knew, as of now by the clock of the database. It fails if one has a record: to insert
 * without looking for one is cheaper than `writeOrders`.
 */
export async function insertOrders(manager: EntityManager, orders: readonly Order[]): Promise<void> {
  const states = orders.map(({ state }) => state);
  await manager.query(
    `insert into allocation.customer_order
            (order_id, version, created_at, priority, channel, ship_complete, may_wait, lines)
     select order_id, 1, clock_timestamp(), priority, channel, ship_complete, may_wait, lines
       from unnest($1::text[], $2::smallint[], $3::text[], $4::boolean[], $5::boolean[], $6::jsonb[])
            as added (order_id, priority, channel, ship_complete, may_wait, lines)`,
    [
      states.map(({ orderId }) => orderId),
      states.map(({ priority }) => priority),
      states.map(({ channel }) => channel),
      states.map(({ shipComplete }) => shipComplete),
      states.map(({ mayWait }) => mayWait),
      states.map(({ lines }) => JSON.stringify(lines)),
    ],
  );
}

/**
 * Records that have no promised date of a line yet keep the one that the line had when its hold ended. To those who see the
 * order nothing changes, so its version stays. Somebody who has loaded the order before finds that a line is promised by
 * now, and starts again.
 */
export async function keepEndedPromises(
  manager: EntityManager,
  promises: readonly (EndedPromise & { readonly sku: string })[],
): Promise<void> {
  await manager.query(
    `with ended (order_id, sku, promised_date) as (
       select * from unnest($1::text[], $2::text[], $3::text[])
     ), locked as materialized (
       select order_id, lines from allocation.customer_order
        where order_id = any($1) and lines @? '$[*].isUnpromised' order by order_id for no key update
     ), kept as (
       select locked.order_id,
              jsonb_agg(case when ended.sku is null then line
                             else line - 'isUnpromised' || jsonb_build_object('promisedDate', promised_date) end
                        order by place) as lines
         from locked cross join jsonb_array_elements(lines) with ordinality as its (line, place)
         left join ended on ended.order_id = locked.order_id and ended.sku = line->>'sku' and line ? 'isUnpromised'
        group by 1 having count(ended.sku) > 0
     )
     update allocation.customer_order as stored set lines = kept.lines
       from kept where stored.order_id = kept.order_id`,
    [
      promises.map(({ orderId }) => orderId),
      promises.map(({ sku }) => sku),
      promises.map(({ promisedDate }) => promisedDate),
    ],
  );
}
