import { isOnPaper, isRegistration, type LoggedEvent } from './log.js';
import type { Heard } from './paper-operations.js';
import type { ProductCall, ProductOperation } from './product-model.js';

/** The event that tells that such a call has changed something. */
const TOLD_BY: Partial<Record<ProductCall['ask'], string>> = {
  allocate: 'LineAllocated',
  deallocate: 'LineDeallocated',
  'give back': 'LineDeallocated',
  receive: 'BatchReceived',
  adjust: 'StockAdjusted',
  ship: 'LineShipped',
  'cancel shipment': 'ShipmentCancelled',
  'take back': 'LineReturned',
};

/**
 * Where each operation on a product probably stands, as the log tells: so the search for an order begins with the one
 * in which things were committed. It need not be right.
 * @param events of the product
 * @param heard what the product has heard of its batches
 */
export function hintsFrom(
  events: readonly LoggedEvent[],
  heard: readonly Heard[],
): (operation: ProductOperation) => number | undefined {
  const effects = effectsOf(events);
  const told = new Map<string, number>();
  for (const { correlationId, type, position } of events)
    if (!told.has(`${correlationId} ${type}`)) told.set(`${correlationId} ${type}`, position);
  const ofPaper = new Map(heard.map(({ operation, event }) => [operation, effects.get(event.id)]));
  return (operation) =>
    ofPaper.get(operation) ?? told.get(`${operation.traceId} ${TOLD_BY[operation.call.ask]}`);
}

/** Added to the positions of those of which it is not known when they reached the product: as late as can be. */
const UNKNOWN = 1e9;

/**
 * Where the changes of batches have reached the product: in their own order; at the first line that one of them moved,
 * or else where a version of the product is missing among those that its events bear. Each missing one is that of one
 * change at least. The others are put off until nothing goes on without them.
 */
function effectsOf(events: readonly LoggedEvent[]): Map<string, number> {
  const effects = new Map<string, number>();
  let waiting: LoggedEvent[] = [];
  let version = 0;
  for (const event of events) {
    if (isRegistration(event)) {
      effects.set(event.id, event.position);
      version++;
      continue;
    }
    if (isOnPaper(event)) {
      waiting.push(event);
      continue;
    }
    const { type, position, causationId, data } = event;
    const isChange = type !== 'OutOfStock';
    const missing = data.productVersion - version - (isChange ? 1 : 0);
    const cause = waiting.findIndex(({ id }) => id === causationId);
    const reached = Math.min(waiting.length, Math.max(missing, cause + 1));
    // Between this event and the one before.
    waiting.slice(0, reached).forEach(({ id }, i) => effects.set(id, position - 1 + (i + 1) / (reached + 1)));
    waiting = waiting.slice(reached);
    version = Math.max(version, data.productVersion);
  }
  for (const { id, position } of waiting) effects.set(id, UNKNOWN + position);
  return effects;
}
