import type pg from 'pg';

/** An event as the table has it. */
export interface LoggedEvent {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly key: string;
  /** Milliseconds of this process's monotonic clock, as nearly as the clock of the database tells. */
  readonly at: number;
  readonly causationId: string | null;
  /** The trace of the call that it comes from, also by way of other events. */
  readonly correlationId: string;
  /** Which transaction wrote it. */
  readonly transaction: string;
  /** As the contracts of the features have it. */
  readonly data: EventData;
}

interface Claim {
  readonly batchReference: string;
  readonly quantity: number;
}

export interface EventData {
  readonly sku: string;
  readonly orderId: string;
  readonly quantity: number;
  readonly previousQuantity: number;
  readonly batchReference: string;
  readonly previousBatchReference: string;
  readonly eta: string | null;
  readonly previousEta: string | null;
  readonly reason: string;
  readonly productVersion: number;
  readonly from?: string;
  readonly claims?: readonly Claim[] | undefined;
  readonly previousClaims?: readonly Claim[] | undefined;
  readonly receiptId: string;
  readonly overReceived: number;
  readonly missing: number;
  readonly outstanding: number;
  readonly adjustmentId: string | null;
  readonly by: number;
  readonly shipmentId: string;
  readonly isClaimed: boolean;
  readonly returnId: string;
  readonly disposition: 'restock' | 'scrap';
  readonly backorders: string;
  readonly refusals: number;
  readonly units: number;
}

const PAPER: ReadonlySet<string> = new Set(['BatchRegistered', 'BatchQuantityChanged', 'BatchRescheduled']);

/** Whether `batches` has published the event. The product handles it later, unless it is a registration. */
export const isOnPaper = ({ type }: LoggedEvent) => PAPER.has(type);

/** The product hears of it in the transaction of the event. */
export const isRegistration = ({ type }: LoggedEvent) => type === 'BatchRegistered';

export async function readLog(database: pg.Client): Promise<LoggedEvent[]> {
  const { rows } = await database.query<
    Omit<LoggedEvent, 'position' | 'at'> & Record<'position' | 'at', string>
  >(
    `select position, id, type, key, extract(epoch from occurred_at) * 1000 as at, causation_id as "causationId",
            correlation_id as "correlationId",
            xmin::text as transaction, data
       from event_log.event order by position`,
  );
  return rows.map(({ position, at, ...row }) => ({
    ...row,
    position: Number(position),
    at: Number(at) - performance.timeOrigin,
  }));
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
