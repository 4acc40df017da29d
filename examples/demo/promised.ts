import type { PromisedLine } from './check.js';
import { lineKey } from './claim-history.js';
import type { Told } from './play.js';

/** The lines that customers have been promised in the end: a forgotten hold promises nothing for good. */
export function promisedIn(told: readonly Told[]): PromisedLine[] {
  const promised = new Map<string, PromisedLine>();
  for (const { order, outcome } of told) {
    if (outcome.kind !== 'accepted' || order.kind === 'forgotten') continue;
    for (const { sku, quantity, state } of outcome.order.lines) {
      const line = { orderId: order.orderId, sku, quantity };
      if (state !== 'refused') promised.set(lineKey(line), line);
    }
  }
  return [...promised.values()];
}
