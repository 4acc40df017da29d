import type { DataSource } from 'typeorm';
import { byOrdinal, QueryBatcher } from '../../kernel/queries/query-batcher.js';
import { haveCome, inOrderOfPreference, type Batch } from '../domain/batch.js';
import type { Claim } from '../domain/order-line.js';
import { AT_ONCE, promisedAt, type EarlierPromise } from '../domain/promised-date.js';
import { onHand } from './on-hand.js';
import {
  inOrderOfSku,
  withoutRecord,
  type DatedClaim,
  type OrderedLine,
  type OrderSnapshot,
  type OrderState,
} from '../domain/order-state.js';

/** A claim with the figures of its batch. */
type StoredClaim = Claim & Pick<Batch, 'eta' | 'onHand' | 'allocated'>;

interface ClaimingLine {
  readonly sku: string;
  readonly sequence: number;
  readonly split: boolean;
  readonly neededBy: string | null;
  /** The day that it was promised first, if its batch does not tell; `AT_ONCE`: at once. */
  readonly promisedDate: string | null;
  /** What its batch promised before it had its date. */
  readonly earlier: readonly EarlierPromise[] | null;
  /** The claim on its own batch. */
  readonly claim: StoredClaim;
  readonly further: readonly StoredClaim[] | null;
}

interface Row {
  readonly place: number;
  readonly now: Date;
  readonly record: (Omit<OrderState, 'createdAt' | 'expiresAt' | 'cancelledAt'> & Instants) | null;
  readonly lines: readonly ClaimingLine[] | null;
}

/** Milliseconds since 1970. */
interface Instants {
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly cancelledAt: number | null;
}

const epoch = (column: string) => `round(extract(epoch from ${column}) * 1000)`;
const claim = (claim: string, batch: string) =>
  `json_build_object('batchReference', ${batch}.reference, 'quantity', ${claim}.quantity, 'eta', ${batch}.eta,
                     'onHand', ${onHand(batch)}, 'allocated', ${batch}.allocated)`;

/**
 * The orders that exist, by the index of their ids. One statement, so that a record and its claims are of one moment. A
 * hold that has ended claims nothing, even if its event is still to come (rule 11).
 */
export async function readSnapshots(
  dataSource: Pick<DataSource, 'query'>,
  orderIds: readonly string[],
): Promise<Map<number, OrderSnapshot>> {
  const rows = await dataSource.query<Row[]>(
    `with clock as materialized (select clock_timestamp() as now)
     select place, clock.now,
            (select json_build_object(
                      'orderId', order_id, 'version', version, 'createdAt', ${epoch('created_at')},
                      'expiresAt', ${epoch('expires_at')}, 'cancelledAt', ${epoch('cancelled_at')},
                      'priority', priority, 'channel', channel, 'shipComplete', ship_complete, 'lines', lines)
               from allocation.customer_order where order_id = asked.order_id) as record,
            found.lines
       from clock cross join unnest($1::text[]) with ordinality as asked (order_id, place)
      cross join lateral (
            select json_agg(json_build_object(
                     'sku', line.sku, 'sequence', line.sequence, 'split', line.split, 'neededBy', line.needed_by,
                     'promisedDate', line.promised_date, 'earlier', batch.earlier_promises,
                     'claim', ${claim('line', 'batch')},
                     'further', case when line.split then (
                       select json_agg(${claim('further', 'its')})
                         from allocation.split_claim as further
                         join allocation.batch as its on its.reference = further.batch_reference
                        where further.order_id = line.order_id and further.sku = line.sku) end)) as lines
              from (select * from allocation.line
                     where line.order_id = asked.order_id
                       and (expires_at is null or expires_at > clock.now) offset 0) as line
              join allocation.batch on batch.reference = line.batch_reference) as found`,
    [orderIds],
  );
  const found = byOrdinal(rows);
  const orders = [...found].flatMap(([index, row]): [number, OrderSnapshot][] => {
    const order = toSnapshot(orderIds[index]!, row);
    return order ? [[index, order]] : [];
  });
  return new Map(orders);
}

function toSnapshot(orderId: string, { record, lines, now }: Omit<Row, 'place'>): OrderSnapshot | undefined {
  const claiming = new Map((lines ?? []).map((line) => [line.sku, line]));
  if (!record && claiming.size === 0) return undefined;
  const state = record ? withDates(record) : withoutRecord(orderId, now);
  const ordered = record ? state.lines : [...claiming.values()].map(looseLine).sort(inOrderOfSku);
  return {
    ...state,
    now,
    lines: ordered.map((line) => {
      const its = claiming.get(line.sku);
      const claims = its ? claimsOf(its, line.promisedDate === null) : [];
      return { ...line, sequence: its?.sequence ?? 0, claims };
    }),
  };
}

function withDates({ createdAt, expiresAt, cancelledAt, ...record }: NonNullable<Row['record']>): OrderState {
  return {
    ...record,
    createdAt: new Date(createdAt),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    cancelledAt: cancelledAt === null ? null : new Date(cancelledAt),
  };
}

/** In the order of preference. */
function claimsOf({ claim, further }: ClaimingLine, wasPromisedAtOnce: boolean): DatedClaim[] {
  const claims = [...(further ?? []), claim].map((each) => ({ ...each, reference: each.batchReference }));
  return claims.sort(inOrderOfPreference).map(({ batchReference, quantity, ...batch }) => ({
    ...{ batchReference, quantity, eta: batch.eta },
    hasCome: haveCome(quantity, batch, wasPromisedAtOnce),
  }));
}

function looseLine(line: ClaimingLine): OrderedLine {
  const quantity = [...(line.further ?? []), line.claim].reduce((sum, each) => sum + each.quantity, 0);
  const { sku, split, neededBy } = line;
  return { sku, quantity, split, neededBy, promisedDate: promisedDateOf(line), shipped: 0, returned: 0 };
}

function promisedDateOf({ sequence, promisedDate, earlier, claim: { eta } }: ClaimingLine): string | null {
  if (promisedDate !== null) return promisedDate === AT_ONCE ? null : promisedDate;
  return promisedAt(sequence, { eta, ...(earlier && { earlier }) });
}

/** Reads the orders that are asked for at the same time by one statement. */
export function snapshotBatcher(
  dataSource: Pick<DataSource, 'query'>,
): QueryBatcher<{ readonly orderId: string }, OrderSnapshot> {
  return new QueryBatcher(
    (questions) =>
      readSnapshots(
        dataSource,
        questions.map(({ orderId }) => orderId),
      ),
    ({ orderId }) => orderId,
  );
}
