import type { DataSource } from 'typeorm';
import { byOrdinal, QueryBatcher } from '../../kernel/queries/query-batcher.js';
import { toPromisedDate } from '../domain/stored-promised-date.js';
import {
  inOrderOfSku,
  isPromisedAtOnce,
  withoutRecord,
  type OrderedLine,
  type OrderSnapshot,
  type OrderState,
} from '../domain/order-state.js';
import { CLAIMING_LINE, claimsOf, promisedDateOf, unitsOf, type ClaimingLine } from './claiming-line.js';

/** A line in the queue of its product. */
interface WaitingLine {
  readonly sku: string;
  readonly quantity: number;
  readonly sequence: number;
  readonly split: boolean;
  readonly neededBy: string | null;
  /** The day that it was promised before it had to wait; `-infinity`: units on hand; null: none yet. */
  readonly promisedDate: string | null;
}

interface Row {
  readonly place: number;
  readonly now: Date;
  readonly record: (Omit<OrderState, 'createdAt' | 'expiresAt' | 'cancelledAt'> & Instants) | null;
  readonly lines: readonly ClaimingLine[] | null;
  readonly waiting: readonly WaitingLine[] | null;
  /** Those of which the hold has ended. */
  readonly endedLines: readonly ClaimingLine[] | null;
  readonly endedWaiting: readonly WaitingLine[] | null;
}

/** Milliseconds since 1970. */
interface Instants {
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly cancelledAt: number | null;
}

const WAITING_LINE = `
  json_build_object('sku', sku, 'quantity', quantity, 'sequence', sequence, 'split', split, 'neededBy', needed_by,
                    'promisedDate', promised_date)`;
const HAS_ENDED = 'expires_at <= clock.now';
const STANDS = `(expires_at is null or not ${HAS_ENDED})`;
const epoch = (column: string) => `round(extract(epoch from ${column}) * 1000)`;
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
                      'priority', priority, 'channel', channel, 'locations', locations, 'shipComplete', ship_complete, 'mayWait', may_wait,
                      'lines', lines)
               from allocation.customer_order where order_id = asked.order_id) as record,
            found.*, queued.*
       from clock cross join unnest($1::text[]) with ordinality as asked (order_id, place)
      cross join lateral (
            select json_agg(${CLAIMING_LINE}) filter (where ${STANDS}) as lines,
                   json_agg(${CLAIMING_LINE}) filter (where ${HAS_ENDED}) as "endedLines"
              from (select * from allocation.line where line.order_id = asked.order_id offset 0) as line
              join allocation.batch on batch.reference = line.batch_reference) as found
      cross join lateral (
            select json_agg(${WAITING_LINE}) filter (where ${STANDS}) as waiting,
                   json_agg(${WAITING_LINE}) filter (where ${HAS_ENDED}) as "endedWaiting"
              from allocation.backorder where order_id = asked.order_id) as queued`,
    [orderIds],
  );
  const found = byOrdinal(rows);
  const orders = [...found].flatMap(([index, row]): [number, OrderSnapshot][] => {
    const order = toSnapshot(orderIds[index]!, row);
    return order ? [[index, order]] : [];
  });
  return new Map(orders);
}

function toSnapshot(orderId: string, { record, ...row }: Omit<Row, 'place'>): OrderSnapshot | undefined {
  const claiming = bySku(row.lines);
  const queued = bySku(row.waiting);
  const ended = { claiming: bySku(row.endedLines), queued: bySku(row.endedWaiting) };
  if (!record && claiming.size + queued.size === 0) return undefined;
  const { now } = row;
  const state = record ? withDates(record) : withoutRecord(orderId, now);
  const loose = () => [
    ...[...claiming.values()].map(looseLine),
    ...[...queued.values()].map(looseWaitingLine),
  ];
  const ordered = record ? state.lines : loose().sort(inOrderOfSku);
  return {
    ...state,
    now,
    lines: ordered.map((line) => {
      const { sku } = line;
      const its = claiming.get(sku);
      const waiting = queued.get(sku);
      const told = line.isUnpromised
        ? withPromise(line, its ?? ended.claiming.get(sku), waiting ?? ended.queued.get(sku))
        : line;
      const sequence = (its ?? waiting)?.sequence ?? 0;
      const claims = its ? claimsOf(its, isPromisedAtOnce(told)) : [];
      return { ...told, sequence, isWaiting: waiting !== undefined, claims };
    }),
  };
}

function bySku<Line extends { readonly sku: string }>(lines: readonly Line[] | null): Map<string, Line> {
  return new Map((lines ?? []).map((line) => [line.sku, line]));
}

/**
 * A line that has waited and then got its units keeps a promised date from then on, even if it waits again, or its hold
 * ends.
 */
function withPromise(line: OrderedLine, its?: ClaimingLine, waiting?: WaitingLine): OrderedLine {
  const { isUnpromised: _, ...promised } = line;
  if (its) return { ...promised, promisedDate: promisedDateOf(its) };
  const stored = waiting?.promisedDate ?? null;
  return stored === null ? line : { ...promised, promisedDate: toPromisedDate(stored) };
}

function withDates({ createdAt, expiresAt, cancelledAt, ...record }: NonNullable<Row['record']>): OrderState {
  return {
    ...record,
    createdAt: new Date(createdAt),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    cancelledAt: cancelledAt === null ? null : new Date(cancelledAt),
  };
}

function looseLine(line: ClaimingLine): OrderedLine {
  const quantity = unitsOf(line);
  const { sku, split, neededBy } = line;
  return { sku, quantity, split, neededBy, promisedDate: promisedDateOf(line), shipped: 0, returned: 0 };
}

function looseWaitingLine({ sku, quantity, split, neededBy, promisedDate }: WaitingLine): OrderedLine {
  const facts = { sku, quantity, split, neededBy, shipped: 0, returned: 0 };
  if (promisedDate === null) return { ...facts, promisedDate: null, isUnpromised: true };
  return { ...facts, promisedDate: toPromisedDate(promisedDate) };
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
