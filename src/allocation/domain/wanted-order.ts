import type { ShortLine } from './errors.js';
import { DuplicateSku } from './order-errors.js';

/** A line as a caller puts it. */
export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly split: boolean;
  readonly neededBy: string | null;
}

/** An order as a caller puts it. */
export interface WantedOrder {
  readonly lines: readonly WantedLine[];
  /** What to do if a line does not fit: refuse the order, or that line alone, or let the line wait. */
  readonly whenShort: 'refuse' | 'skip' | 'backorder';
  /** Seconds from now after which the hold ends; null: the order is firm. */
  readonly expiresInSeconds: number | null;
  /** 0 to 9, higher first. */
  readonly priority: number;
  readonly channel: string | null;
  /** The only places that its units may come from, in this order; null: any place. */
  readonly locations: readonly string[] | null;
  readonly shipComplete: boolean;
  /** Whether a cancelled order is opened again. */
  readonly reopen: boolean;
}

/** What became of an order that was put. */
export interface PutOrder {
  readonly isNew: boolean;
  /** The lines that did not fit and were left out, or left as they were. */
  readonly refused: readonly ShortLine[];
}

/** @throws {DuplicateSku} */
export function requireOneLineOfEachSku(orderId: string, lines: readonly { readonly sku: string }[]): void {
  const twice = lines.find(({ sku }, i) => lines.findIndex((line) => line.sku === sku) < i);
  if (twice) throw new DuplicateSku(orderId, twice.sku);
}
