import type { DataSource } from 'typeorm';
import { byOrdinal, QueryBatcher } from '../../kernel/queries/query-batcher.js';
import {
  inOrderOfSku,
  withoutRecord,
  type OrderedLine,
  type OrderSnapshot,
  type OrderState,
} from '../domain/order-state.js';
import { CLAIMING_LINE, claimsOf, promisedDateOf, unitsOf, type ClaimingLine } from './claiming-line.js';

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
            select json_agg(${CLAIMING_LINE}) as lines
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

function looseLine(line: ClaimingLine): OrderedLine {
  const quantity = unitsOf(line);
  const { sku, split, neededBy } = line;
  return { sku, quantity, split, neededBy, promisedDate: promisedDateOf(line), shipped: 0, returned: 0 };
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
