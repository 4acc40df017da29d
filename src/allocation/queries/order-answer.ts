import { hash } from 'node:crypto';
import { datesOf, latest } from '../../vocabulary/dates.js';
import type { ShortLine } from '../domain/errors.js';
import {
  lastDateOf,
  stateOfLine,
  stateOfOrder,
  type LineStateName,
  type OrderSnapshot,
  type OrderStateName,
  type OrderedLineWithClaims,
} from '../domain/order-state.js';

export interface ClaimAnswer {
  readonly batchReference: string;
  readonly location: string;
  readonly quantity: number;
  readonly eta: string | null;
}

export interface LineAnswer {
  readonly sku: string;
  readonly quantity: number;
  readonly state: LineStateName;
  readonly split: boolean;
  readonly neededBy: string | null;
  readonly claims: readonly ClaimAnswer[];
  /** The promised date; null: at once. */
  readonly promisedDate: string | null;
  /** The day on which all of it is expected now; null: it is on hand, or overdue and so without a known date. */
  readonly expectedDate: string | null;
  readonly overdue: boolean;
  readonly shipped: number;
  readonly returned: number;
  /** Why the line was left out, or left as it was. */
  readonly refusal?: Omit<ShortLine, 'sku'>;
}

export interface OrderAnswer {
  readonly orderId: string;
  readonly state: OrderStateName;
  /** For `If-Match`. */
  readonly version: string;
  readonly expiresAt: string | null;
  readonly priority: number;
  readonly channel: string | null;
  readonly locations: readonly string[] | null;
  readonly shipComplete: boolean;
  readonly promisedDate: string | null;
  readonly lines: readonly LineAnswer[];
}

/**
 * An order as answers show it.
 * @param today `YYYY-MM-DD`
 * @param refused lines that were left out, or left as they were
 */
export function orderAnswer(
  order: OrderSnapshot,
  today: string,
  refused: readonly ShortLine[] = [],
): OrderAnswer {
  const refusals = new Map(refused.map(({ sku, ...refusal }) => [sku, refusal]));
  const lines = order.lines.map((line): LineAnswer => {
    const refusal = refusals.get(line.sku);
    const answer = lineAnswer(line, order, today);
    return refusal ? { ...answer, refusal } : answer;
  });
  const leftOut = refused
    .filter(({ sku }) => !order.lines.some((line) => line.sku === sku))
    .map(({ sku, ...refusal }): LineAnswer => ({ ...nothingOf(sku, refusal.requested), refusal }));
  return {
    orderId: order.orderId,
    state: stateOfOrder(order),
    version: versionOf(order),
    expiresAt: order.expiresAt?.toISOString() ?? null,
    priority: order.priority,
    channel: order.channel,
    locations: order.locations,
    shipComplete: order.shipComplete,
    promisedDate: latest(order.lines.map(({ promisedDate }) => promisedDate)),
    lines: [...lines, ...leftOut],
  };
}

/**
 * The version of an order: its record's, and a digest of all that it shows, since a batch that shrinks, moves or comes
 * changes an order without its record.
 */
export function versionOf(order: OrderSnapshot): string {
  const lines = order.lines.map(({ sku, quantity, shipped, returned, sequence, isWaiting, claims }) => [
    ...[sku, quantity, shipped, returned, sequence, ...(isWaiting ? ['waits'] : [])],
    claims.map(({ batchReference, quantity, eta, hasCome }) => [
      ...[batchReference, quantity, eta],
      ...(hasCome && eta !== null ? [hasCome] : []),
    ]),
  ]);
  const facts = JSON.stringify([stateOfOrder(order), order.expiresAt, lines]);
  return `${order.version}-${hash('sha256', facts).slice(0, 16)}`;
}

function lineAnswer(line: OrderedLineWithClaims, order: OrderSnapshot, today: string): LineAnswer {
  const { sku, quantity, split, neededBy, promisedDate, shipped, returned } = line;
  const { expectedDate } = datesOf(lastDateOf(line.claims), today);
  const overdue = line.claims.some(({ eta, hasCome }) => !hasCome && datesOf(eta, today).overdue);
  return {
    sku,
    quantity,
    state: stateOfLine(line, order),
    split,
    neededBy,
    claims: line.claims.map(({ batchReference, location, quantity, eta }) => ({
      batchReference,
      location,
      quantity,
      eta,
    })),
    promisedDate,
    expectedDate: overdue ? null : expectedDate,
    overdue,
    shipped,
    returned,
  };
}

/** A line that was refused, and so is none of the order. */
function nothingOf(sku: string, quantity: number): LineAnswer {
  const state = 'refused' as const;
  const dates = { promisedDate: null, expectedDate: null, overdue: false };
  return {
    sku,
    quantity,
    state,
    split: false,
    neededBy: null,
    claims: [],
    ...dates,
    shipped: 0,
    returned: 0,
  };
}
