import { groupBy, type LoggedEvent } from './log.js';
import { productModel, type ProductCall, type ProductOperation } from './product-model.js';

/** Milliseconds that the clock of the database may differ from ours. */
const TOLERANCE = 50;

/**
 * Where each operation on a product probably stands, as the log tells: so the search for an order begins with the one
 * in which things were committed. It need not be right.
 * @param events of the product
 */
export function hintsFrom(
  events: readonly LoggedEvent[],
  operations: readonly ProductOperation[],
): (operation: ProductOperation) => number | undefined {
  const effects = effectsOf(events);
  const byWords = groupBy(events, wordsOf);
  const hints = new Map<ProductOperation, number>();
  // Those that were not answered may have what is left.
  for (const operation of [...operations].sort((a, b) => a.returnedAt - b.returnedAt)) {
    if (operation.answer !== null && productModel.isIdle(operation)) continue;
    const candidates = byWords.get(wordsFor(operation.call)) ?? [];
    const at = candidates.findIndex(
      ({ at }) => at > operation.invokedAt - TOLERANCE && at < operation.returnedAt + TOLERANCE,
    );
    const [event] = at === -1 ? [] : candidates.splice(at, 1);
    if (event) hints.set(operation, effects.get(event.id) ?? event.position);
  }
  return (operation) => hints.get(operation);
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
    if (event.type.startsWith('Batch') && event.type !== 'BatchOverdue') {
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

function wordsFor(call: ProductCall): string {
  switch (call.ask) {
    case 'allocate':
      return `LineAllocated ${call.orderId} ${call.quantity}`;
    case 'deallocate':
    case 'give back':
      return `LineDeallocated ${call.orderId} cancelled`;
    case 'add':
      return `BatchRegistered ${call.reference}`;
    case 'resize':
      return `BatchQuantityChanged ${call.reference} ${call.quantity}`;
    case 'reschedule':
      return `BatchRescheduled ${call.reference} ${call.eta}`;
    case 'product':
    case 'availability':
    case 'line':
    case 'everything':
      return '';
  }
}

function wordsOf({ type, data }: LoggedEvent): string {
  switch (type) {
    case 'LineAllocated':
      return `${type} ${data.orderId} ${data.quantity}`;
    case 'LineDeallocated':
      return `${type} ${data.orderId} ${data.reason}`;
    case 'BatchRegistered':
      return `${type} ${data.batchReference}`;
    case 'BatchQuantityChanged':
      return `${type} ${data.batchReference} ${data.quantity}`;
    case 'BatchRescheduled':
      return `${type} ${data.batchReference} ${data.eta}`;
    default:
      return type;
  }
}
