import { DEFAULT_PRIORITY } from '../domain/order-line.js';
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
    shipComplete: draft.shipComplete ?? false,
    reopen: draft.reopen ?? false,
  };
}
