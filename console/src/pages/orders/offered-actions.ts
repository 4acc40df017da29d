import type { OrderBody } from '@earmark/client';

export type OrderAction = 'confirm' | 'ship' | 'amend' | 'reopen' | 'take-back' | 'cancel';

/** So long after its end a hold can be confirmed. */
const LATE_CONFIRMATION_MS = 24 * 60 * 60 * 1_000;

/** What is offered for an order, the likeliest first. */
export function offeredActions(
  { state, expiresAt, lines }: OrderBody,
  allows: (scope: string) => boolean,
  now: number,
): readonly OrderAction[] {
  const isHold = expiresAt !== null;
  const isLive = state !== 'cancelled';
  const hasLeftToGo = lines.some(({ quantity, shipped }) => shipped < quantity);
  const mayWrite = allows('orders:write');
  const mayMove = allows('warehouse:write');
  const offered: readonly (readonly [OrderAction, boolean])[] = [
    ['confirm', mayWrite && isHold && Date.parse(expiresAt) > now - LATE_CONFIRMATION_MS],
    ['ship', mayMove && !isHold && isLive && lines.some(({ claims }) => claims.length > 0)],
    ['amend', mayWrite && isLive],
    ['reopen', mayWrite && !isLive],
    ['take-back', mayMove && lines.some(({ shipped, returned }) => shipped > returned)],
    ['cancel', mayWrite && isLive && hasLeftToGo],
  ];
  return offered.flatMap(([action, isOffered]) => (isOffered ? [action] : []));
}
