import { settleAll } from '../../kernel/domain/settle-all.js';
import { inSteps } from '../../kernel/domain/steps.js';
import { takeInTurns } from '../../kernel/lifecycle/take-in-turns.js';
import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { BatchState } from '../domain/batch-state.js';
import { leavingOrder, type AllocatedLine } from '../domain/allocated-line.js';
import { PLAIN_TERMS, type Claim, type LineTerms } from '../domain/order-line.js';
import { toPromisedDate } from '../domain/stored-promised-date.js';
import type { ProductNeed } from '../domain/stock.js';

export type OfSku<T> = T & { readonly sku: string };

interface LinesWithBatches {
  readonly lines: readonly OfSku<AllocatedLine>[];
  readonly batches: readonly OfSku<BatchState>[];
}

/** A need with what is known of it already. */
export interface LineNeed extends ProductNeed {
  /** Whether its order, which is loaded and locked as a whole, has a line of the product; undefined: it is not so loaded. */
  readonly stands?: boolean;
}

interface ReadLines extends LinesWithBatches {
  /** Of the orders of loose lines that were asked for, those that have a record. */
  readonly ordersWithRecord: ReadonlySet<string>;
  /** When the read was, by the clock of the database; left out if no line can have expired. */
  readonly now?: Date;
}

interface FurtherClaim {
  readonly quantity: number;
  readonly batch: OfSku<BatchState>;
}

export interface LineRow {
  readonly sku: string;
  readonly orderId: string;
  /** Units on the batch of the line: it may have further claims. */
  readonly quantity: number;
  readonly sequence: number;
  readonly batchReference: string;
  /** Null if it comes with another line. */
  readonly batch: OfSku<BatchState> | null;
  /** Left out if it has no terms of its own. */
  readonly terms: {
    split: boolean;
    neededBy: string | null;
    expiresAt: number | null;
    priority: number;
    /** `-infinity`: at once; null: the day that its batch had then. */
    promisedDate: string | null;
    mayWait: boolean;
    locations: readonly string[] | null;
  } | null;
  readonly further: readonly FurtherClaim[] | null;
  readonly now: Date;
}

/** The goods of a batch; null if nothing has happened in the warehouse. */
export const goodsJson = (batch: string) => `
  case when ${batch}.received <> 0 or ${batch}.shipped <> 0 or ${batch}.returned <> 0 or ${batch}.written_off <> 0
            or ${batch}.excess <> 0
       then json_build_object('received', ${batch}.received, 'shipped', ${batch}.shipped,
                              'returned', ${batch}.returned, 'writtenOff', ${batch}.written_off,
                              'excess', ${batch}.excess) end`;

const batchJson = (batch: string) => `
  json_build_object('sku', ${batch}.sku, 'reference', ${batch}.reference, 'eta', ${batch}.eta,
                    'quantity', ${batch}.quantity, 'allocated', ${batch}.allocated, 'held', ${batch}.held,
                    'overdueNoted', ${batch}.overdue_noted, 'goods', ${goodsJson(batch)},
                    'earlier', ${batch}.earlier_promises, 'lot', ${batch}.lot,
                    'enteredAt', round(extract(epoch from ${batch}.entered_at) * 1000))`;

/** A line with its batch. Plain lines, which are nearly all, have no terms and no further claims to read. */
const lineWith = (batch: string) => `
  line.sku, line.order_id as "orderId", line.quantity, line.sequence, line.batch_reference as "batchReference", ${batch} as batch,
  case when line.split or line.needed_by is not null or line.expires_at is not null
            or line.priority <> ${PLAIN_TERMS.priority} or line.may_wait or line.promised_date is not null
            or line.locations is not null
       then json_build_object('split', line.split, 'neededBy', line.needed_by, 'priority', line.priority,
                              'mayWait', line.may_wait, 'locations', line.locations,
                              'expiresAt', round(extract(epoch from line.expires_at) * 1000),
                              'promisedDate', line.promised_date) end as terms,
  case when line.split then (
       select json_agg(json_build_object('quantity', claim.quantity, 'batch', ${batchJson('its')}))
         from allocation.split_claim as claim join allocation.batch as its on its.reference = claim.batch_reference
        where claim.order_id = line.order_id and claim.sku = line.sku) end as further`;

const LINE = lineWith(batchJson('batch'));

/** Of many lines, few have another batch than the line before: the others come without it, since it takes longest to read. */
export const LINE_OF_MANY = lineWith(
  `case when lag(line.batch_reference) over () is distinct from line.batch_reference then ${batchJson('batch')} end`,
);

/** What was read of whole orders before their lines. */
export interface ReadOfOrders {
  /** By the clock of the database. */
  readonly now: Date;
  /** By order, of those that have one. */
  readonly channels: ReadonlyMap<string, string>;
}

/**
 * The lines of the orders that the needs name, with the channels of these orders, since they may have to wait, and those of
 * which the hold has ended.
 */
export async function readLines(
  reader: Queryable,
  skus: readonly string[],
  needs: readonly LineNeed[],
  before: ReadOfOrders | undefined,
): Promise<ReadLines> {
  const named = needs.filter(({ orderId, stands = true }) => orderId !== undefined && stands);
  const ofLooseLines = named.flatMap(({ orderId, stands }) => (stands === undefined ? orderId! : []));
  const [rows, records] = await settleAll(
    // `offset 0` makes the planner look up each line by the primary key, however few lines it expects.
    reader.query<LineRow[]>(
      `with clock as materialized (select coalesce($4::timestamptz, clock_timestamp()) as now),
            wanted as (
              select line.* from unnest($1::text[], $2::text[]) as need (order_id, sku)
               cross join lateral (
                     select * from allocation.line
                      where line.order_id = need.order_id and line.sku = need.sku offset 0) as line
               union
              select line.* from clock cross join lateral (
                     select * from allocation.line
                      where line.sku = any($3) and line.expires_at <= clock.now offset 0) as line)
       select ${LINE}, clock.now
         from clock cross join wanted as line join allocation.batch on batch.reference = line.batch_reference`,
      [named.map(({ orderId }) => orderId), named.map(({ sku }) => sku), skus, before?.now ?? null],
    ),
    ofLooseLines.length === 0
      ? Promise.resolve([])
      : reader.query<{ orderId: string; channel: string | null }[]>(
          'select order_id as "orderId", channel from allocation.customer_order where order_id = any($1)',
          [ofLooseLines],
        ),
  );
  const readAt = before?.now ?? rows[0]?.now;
  const channels = new Map(records.map(({ orderId, channel }) => [orderId, channel]));
  return {
    ...(await linesWithChannels(
      rows,
      ({ orderId }) => before?.channels.get(orderId) ?? channels.get(orderId),
    )),
    ordersWithRecord: new Set(records.map(({ orderId }) => orderId)),
    ...(readAt && { now: readAt }),
  };
}

interface LeavingLines extends LinesWithBatches {
  /** By batch: the last in the leaving order up to which all lines are here; Infinity if every line is. */
  readonly upTo: ReadonlyMap<string, number>;
}

/**
 * The lines that leave each batch that shrinks first: as many as have to so that the rest fits. They come with the channels
 * of their orders, since they may have to wait.
 */
export async function readLeavingLines(
  reader: Queryable,
  needs: readonly ProductNeed[],
): Promise<LeavingLines> {
  const shrinking = targetsOf(needs);
  if (shrinking.length === 0) return { lines: [], batches: [], upTo: new Map() };
  // A line has at least one unit, so no more lines have to leave than there are units too many. Before that, lines that wait
  // may fill the batch, also in the place of holds that have ended.
  const rows = await reader.query<
    (LineRowWithChannel & { readonly leaves: string; readonly staying: number })[]
  >(
    `select ${LINE_OF_MANY}, customer_order.channel, shrinking.reference as leaves,
            shrinking.allocated - leaving.units_before - leaving.units as staying
       from (select batch.*, most_lines,
                    case when waiting > 0 then quantity + held else allocated end as claimable,
                    coalesce(new_quantity, by + case when not keeps_on_hand or eta is null then quantity else received end
                                           - greatest(excess, 0)) as target
               from unnest($1::text[], $2::int[], $3::bigint[], $4::boolean[], $5::int[])
                    as need (reference, new_quantity, by, keeps_on_hand, most_lines)
               join allocation.batch using (reference) join allocation.product on product.sku = batch.sku) as shrinking
      cross join lateral (
            select *, sum(units) over (order by expires_at is null, priority, sequence desc) - units as units_before
              from ((select order_id, sku, quantity as units, expires_at, priority, sequence
                       from allocation.line
                      where line.batch_reference = shrinking.reference
                      order by (expires_at is not null) desc, (-priority) desc, sequence desc
                      limit least(greatest(shrinking.claimable - target, 0), most_lines))
                     union all
                    select order_id, sku, claim.quantity, expires_at, priority, sequence
                      from allocation.split_claim as claim join allocation.line using (order_id, sku)
                     where claim.batch_reference = shrinking.reference) as leaving) as leaving
       join allocation.line on line.order_id = leaving.order_id and line.sku = leaving.sku
       join allocation.batch on batch.reference = line.batch_reference
       left join allocation.customer_order on customer_order.order_id = line.order_id
      where leaving.units_before < shrinking.claimable - target`,
    [
      shrinking.map(({ reference }) => reference),
      shrinking.map(({ newQuantity = null }) => newQuantity),
      shrinking.map(({ by = null }) => by),
      shrinking.map(({ keepsOnHand = false }) => keepsOnHand),
      shrinking.map(({ mostLines = null }) => mostLines),
    ],
  );
  const found = await linesWithChannels(rows, ({ channel }) => channel);
  const upTo = new Map<string, number>();
  const noteLast = ({ leaves, staying }: (typeof rows)[number], i: number) => {
    const order = staying === 0 ? Infinity : leavingOrder(found.lines[i]!);
    upTo.set(leaves, Math.max(order, upTo.get(leaves) ?? -Infinity));
  };
  await takeInTurns(inSteps(rows, noteLast));
  return { ...found, upTo };
}

/** What a batch that shrinks is left with. */
interface Target {
  readonly reference: string;
  readonly newQuantity?: number;
  readonly by?: number;
  readonly keepsOnHand?: boolean;
  readonly mostLines?: number;
}

/** Several works of a group may make a batch smaller, one after the other: their differences add up. */
function targetsOf(needs: readonly ProductNeed[]): Target[] {
  const byDifference = new Map<string, number>();
  const targets = needs.flatMap(({ batchReference: reference, newQuantity, resize, mostLines }): Target[] => {
    if (reference === undefined) return [];
    const most = mostLines !== undefined && { mostLines };
    if (newQuantity !== undefined) return [{ reference, newQuantity, ...most }];
    if (resize?.keepsOnHand) return [{ reference, ...resize }];
    // What was only found goes again with the next change, even one that buys more.
    if (resize) byDifference.set(reference, (byDifference.get(reference) ?? 0) + Math.min(resize.by, 0));
    return [];
  });
  return [...targets, ...[...byDifference].map(([reference, by]) => ({ reference, by }))];
}

/** A line with the channel of its order; null: it has none. */
export type LineRowWithChannel = LineRow & { readonly channel: string | null };

export async function linesWithChannels<R extends LineRow>(
  rows: readonly R[],
  channelOf: (row: R) => string | null | undefined,
): Promise<LinesWithBatches> {
  const lines: OfSku<AllocatedLine>[] = [];
  const batches: OfSku<BatchState>[] = [];
  const take = (row: R) => {
    const line = toLine(row);
    const channel = channelOf(row);
    lines.push(channel ? { ...line, terms: { ...(line.terms ?? PLAIN_TERMS), channel } } : line);
    if (row.batch) batches.push(row.batch);
    for (const { batch } of row.further ?? []) batches.push(batch);
  };
  await takeInTurns(inSteps(rows, take));
  return { lines, batches };
}

function toLine({
  sku,
  orderId,
  quantity,
  sequence,
  batchReference,
  terms,
  further,
}: LineRow): OfSku<AllocatedLine> {
  const line = { sku, orderId, quantity, batchReference, sequence };
  if (!terms) return line;
  const { promisedDate } = terms;
  return {
    ...line,
    ...withClaims({ quantity, batchReference }, further ?? []),
    ...(promisedDate !== null && { promisedDate: toPromisedDate(promisedDate) }),
    terms: toTerms(terms),
  };
}

/** The claims of a line that is split, in no order; nothing if one batch holds it. */
function withClaims(own: Claim, further: readonly FurtherClaim[]) {
  if (further.length === 0) return {};
  const others = further.map(({ quantity, batch }) => ({ batchReference: batch.reference, quantity }));
  const claims = [...others, own];
  return { quantity: claims.reduce((sum, claim) => sum + claim.quantity, 0), claims };
}

function toTerms(terms: NonNullable<LineRow['terms']>): LineTerms {
  const { split, neededBy, expiresAt, priority, mayWait, locations } = terms;
  const endsAt = expiresAt === null ? null : new Date(expiresAt);
  return {
    split,
    neededBy,
    priority,
    expiresAt: endsAt,
    ...(mayWait && { mayWait }),
    ...(locations && { locations }),
  };
}
