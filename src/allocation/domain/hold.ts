import type { ShortLine } from './errors.js';
import { HoldExpired, OrderOutOfStock } from './order-errors.js';
import type { OrderState } from './order-state.js';
import type { WantedOrder } from './wanted-order.js';

/** How long after its end a hold can still be confirmed, if its lines fit. */
const LATE_CONFIRM_MS = 24 * 60 * 60 * 1000;

/**
 * When the hold of an order ends; null if it is to be firm.
 * @param longestSeconds how long it may last from its first creation
 * @throws {HoldExpired} if it has lasted that long
 */
export function holdEndsAt(
  { expiresInSeconds }: WantedOrder,
  { orderId, createdAt }: OrderState,
  now: Date,
  longestSeconds: number,
): Date | null {
  if (expiresInSeconds === null) return null;
  const latest = new Date(createdAt.getTime() + longestSeconds * 1_000);
  if (latest <= now) throw new HoldExpired(orderId, latest);
  return new Date(Math.min(now.getTime() + expiresInSeconds * 1_000, latest.getTime()));
}

/** @throws {HoldExpired} if the hold has ended too long ago to be confirmed */
export function requireConfirmable(orderId: string, expiresAt: Date, now: Date): void {
  if (now.getTime() - expiresAt.getTime() >= LATE_CONFIRM_MS) throw new HoldExpired(orderId, expiresAt);
}

/** Why a hold cannot be confirmed: it has ended, or it has lost lines, and these do not fit any more. */
export function refusalToConfirm(
  orderId: string,
  expiresAt: Date,
  now: Date,
  lines: readonly ShortLine[],
): HoldExpired | OrderOutOfStock {
  return expiresAt <= now ? new HoldExpired(orderId, expiresAt, lines) : new OrderOutOfStock(orderId, lines);
}
