import { DEFAULT_PRIORITY } from '../domain/order-line.js';
import { inOrderOfSku, type OrderSnapshot } from '../domain/order-state.js';
import type { WantedLine, WantedOrder } from '../domain/wanted-order.js';

type Optional<T, Field extends keyof T> = Omit<T, Field> & {
  readonly [F in Field]?: T[F] | undefined;
};

/** An order as callers write it: what they leave out has its default. */
export type OrderDraft = Optional<Omit<WantedOrder, 'lines'>, Exclude<keyof WantedOrder, 'lines'>> & {
  readonly lines: readonly Optional<WantedLine, 'split' | 'neededBy'>[];
};

/** The order that a draft means: firm, as a whole or not at all, each line from one batch on any day. */
export function wantedOrder(draft: OrderDraft): WantedOrder {
  return {
    lines: draft.lines.map(({ sku, quantity, split = false, neededBy = null }) => ({
      sku,
      quantity,
      split,
      neededBy,
    })),
    whenShort: draft.whenShort ?? 'refuse',
    expiresInSeconds: draft.expiresInSeconds ?? null,
    priority: draft.priority ?? DEFAULT_PRIORITY,
    channel: draft.channel ?? null,
    locations: draft.locations ?? null,
    shipComplete: draft.shipComplete ?? false,
    reopen: draft.reopen ?? false,
  };
}

/** Whether the order asks for just that, and is firm or a hold as it is wanted; a cancelled order is left to `put`. */
export function isAsWanted(order: OrderSnapshot, wanted: WantedOrder): boolean {
  if (order.cancelledAt) return true;
  const isFirm = order.expiresAt === null;
  if (isFirm !== (wanted.expiresInSeconds === null)) return false;
  return factsOf(order) === factsOf(wanted);
}

function factsOf({
  lines,
  priority,
  channel,
  locations,
  shipComplete,
}: Pick<WantedOrder, keyof OrderSnapshot & keyof WantedOrder>) {
  const inOrder = lines.toSorted(inOrderOfSku);
  return JSON.stringify([
    [priority, channel, locations, shipComplete],
    inOrder.map(({ sku, quantity, split, neededBy }) => [sku, quantity, split, neededBy]),
  ]);
}
