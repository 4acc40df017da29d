import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import { latest } from '../../vocabulary/dates.js';
import { DEFAULT_PRIORITY, type Claim } from './order-line.js';

/** What an order asks for of one SKU, and what has become of it. */
export interface OrderedLine {
  readonly sku: string;
  /** Units, those that have left included. */
  readonly quantity: number;
  readonly split: boolean;
  /** `YYYY-MM-DD`; null: any day. */
  readonly neededBy: string | null;
  /** The promised date (`YYYY-MM-DD`); null: at once (rule 7b). */
  readonly promisedDate: string | null;
  /** It has no promised date yet: it has waited since it was ordered. Left out: it has one. */
  readonly isUnpromised?: true;
  /** Units that have left. */
  readonly shipped: number;
  /** Of those, the units that came back. */
  readonly returned: number;
  /** Of which batches the units have left that did not come back; left out: none have. */
  readonly shippedFrom?: readonly Claim[];
}

/** The record of an order: what it must know of itself, beside the claims of its lines. */
export interface OrderState {
  readonly orderId: string;
  /** Raised by every change of the record; 0: it has no record, and is its loose lines, if it has any. */
  readonly version: number;
  /** When the hold was created first: its longest life counts from then. */
  readonly createdAt: Date;
  /** When the hold ends; null: it is firm. */
  readonly expiresAt: Date | null;
  readonly priority: number;
  readonly channel: string | null;
  /** The only places that its units may come from, in this order; null: any place. */
  readonly locations: readonly string[] | null;
  /** Whether it leaves as a whole only. */
  readonly shipComplete: boolean;
  /** Whether lines that do not fit wait (rule 12). */
  readonly mayWait: boolean;
  readonly cancelledAt: Date | null;
  readonly lines: readonly OrderedLine[];
}

/** Units that a line claims of a batch. */
export interface DatedClaim extends Claim {
  /** Where the batch is. */
  readonly location: string;
  /** When the batch comes, `YYYY-MM-DD`; null if it is on hand. */
  readonly eta: string | null;
  /** Whether the units are in the warehouse. */
  readonly hasCome: boolean;
}

/** The day on which all of the claimed units have come by the dates of their batches; null if they are there. */
export function lastDateOf(claims: readonly DatedClaim[]): string | null {
  return latest(claims.map(({ eta, hasCome }) => (hasCome ? null : eta)));
}

/** A line with what it claims now. */
export interface OrderedLineWithClaims extends OrderedLine {
  /** Its place in the order of allocation; 0 if it neither claims nor waits for anything. */
  readonly sequence: number;
  /** Whether it is in the queue of its product (rule 12). */
  readonly isWaiting: boolean;
  /** In the order of preference. */
  readonly claims: readonly DatedClaim[];
}

/** An order as it is at one moment. */
export interface OrderSnapshot extends Omit<OrderState, 'lines'> {
  /** The moment, by the clock of the store. */
  readonly now: Date;
  readonly lines: readonly OrderedLineWithClaims[];
}

export const ORDER_STATES = [
  'held',
  'expired',
  'allocated',
  'partly-allocated',
  'backordered',
  'partly-shipped',
  'shipped',
  'cancelled',
] as const;
export type OrderStateName = (typeof ORDER_STATES)[number];

export const LINE_STATES = ['held', 'allocated', 'backordered', 'refused', 'shipped'] as const;
export type LineStateName = (typeof LINE_STATES)[number];

export function isExpired({ expiresAt, now }: Pick<OrderSnapshot, 'expiresAt' | 'now'>): boolean {
  return expiresAt !== null && expiresAt <= now;
}

export function stateOfLine(line: OrderedLineWithClaims, order: OrderSnapshot): LineStateName {
  if (line.shipped === line.quantity) return 'shipped';
  if (line.isWaiting) return 'backordered';
  if (unitsClaimed(line) + line.shipped < line.quantity) return 'refused';
  return order.expiresAt === null ? 'allocated' : 'held';
}

export function stateOfOrder(order: OrderSnapshot): OrderStateName {
  if (order.cancelledAt !== null) return 'cancelled';
  if (order.expiresAt !== null) return isExpired(order) ? 'expired' : 'held';
  const states = order.lines.map((line) => stateOfLine(line, order));
  if (states.every((state) => state === 'shipped')) return 'shipped';
  if (order.lines.some(({ shipped }) => shipped > 0)) return 'partly-shipped';
  if (states.every((state) => state === 'backordered')) return 'backordered';
  return states.every((state) => state === 'allocated') ? 'allocated' : 'partly-allocated';
}

export function unitsClaimed({ claims }: Pick<OrderedLineWithClaims, 'claims'>): number {
  return claims.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Whether the line was promised its units at once. */
export function isPromisedAtOnce({ promisedDate, isUnpromised }: OrderedLine): boolean {
  return promisedDate === null && !isUnpromised;
}

/** An order that has no record. */
export function withoutRecord(orderId: string, now: Date): OrderState {
  const terms = {
    expiresAt: null,
    priority: DEFAULT_PRIORITY,
    channel: null,
    locations: null,
    shipComplete: false,
    mayWait: false,
  };
  return { orderId, version: 0, createdAt: now, ...terms, cancelledAt: null, lines: [] };
}

/** The line, cut down to what has left of it. */
export function whatHasLeft(line: OrderedLine): OrderedLine[] {
  return line.shipped > 0 ? [{ ...line, quantity: line.shipped }] : [];
}

export function inOrderOfSku(a: { readonly sku: string }, b: { readonly sku: string }): number {
  return compareBytes(a.sku, b.sku);
}

/** Whether the two records say the same; their lines are in the order of SKUs. */
export function isSameRecord(a: OrderState, b: OrderState): boolean {
  return factsOf(a) === factsOf(b) && factsOfLines(a) === factsOfLines(b);
}

function factsOf(order: OrderState): string {
  const { expiresAt, createdAt, cancelledAt, priority, channel, locations, shipComplete, mayWait } = order;
  return JSON.stringify([
    ...[createdAt, expiresAt, cancelledAt].map((date) => date?.getTime() ?? null),
    ...[priority, channel, locations, shipComplete, mayWait],
  ]);
}

function factsOfLines({ lines }: OrderState): string {
  return JSON.stringify(
    lines.map(({ sku, quantity, split, neededBy, promisedDate, isUnpromised = false, ...goods }) => [
      ...[sku, quantity, split, neededBy, promisedDate, isUnpromised, goods.shipped, goods.returned],
      (goods.shippedFrom ?? []).map((claim) => [claim.batchReference, claim.quantity]),
    ]),
  );
}
