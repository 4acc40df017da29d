/**
 * What the two sides of a batch have heard of each other by the log: the product of what was bought, the paper of what
 * has come. It is certain that they have heard of it in the end, and of changes in the order of the log; when, only that
 * rule 9 holds. A product hears of a registration in its transaction, before changes of other batches that are still under way.
 */
import type { BatchOperation } from './batch-model.js';
import type { Recorded } from './clients.js';
import { groupBy, isOnPaper, isRegistration, type LoggedEvent } from './log.js';
import type { ProductCall, ProductOperation } from './product-model.js';
import { DONE } from './product-state.js';

/** Milliseconds by which the clock of the database may differ from that of this process. */
const TOLERANCE = 200;

export interface Heard {
  readonly operation: ProductOperation;
  readonly event: LoggedEvent;
}

/**
 * What the product has heard of its batches.
 * @param events of the product
 * @param calls all of them
 * @param end when everything has been heard of; milliseconds of the monotonic clock
 */
export function heardByProduct(
  events: readonly LoggedEvent[],
  calls: readonly Recorded[],
  end: number,
): Heard[] {
  const asked = new Map(calls.map((recorded) => [recorded.traceId, recorded]));
  const successes = groupBy(
    calls.filter(({ call, reply }) => isOfPaper(call.ask) && reply !== null && reply.status < 300),
    ({ call }) => (call as { reference: string }).reference,
  );
  const heard: Heard[] = [];
  const changes: ProductOperation[] = [];
  for (const event of events.filter(isOnPaper)) {
    const cause = asked.get(event.correlationId);
    const committed = event.at + TOLERANCE;
    // Rule 9: whoever has changed or repeated it is answered once the product has heard of it.
    const answered = (successes.get(event.data.batchReference) ?? [])
      .filter((each) => each === cause || each.invokedAt > committed)
      .map(({ returnedAt }) => returnedAt);
    const before = isRegistration(event) ? undefined : changes.at(-1);
    const operation: ProductOperation = {
      call: changeOf(event),
      answer: DONE,
      invokedAt: cause?.invokedAt ?? event.at - TOLERANCE,
      returnedAt: Math.min(end, ...answered),
      ...(before && { after: before }),
    };
    heard.push({ operation, event });
    if (!isRegistration(event)) changes.push(operation);
  }
  return heard;
}

const isOfPaper = (ask: string) => ask === 'register' || ask === 'change';

function changeOf({ type, data }: LoggedEvent): ProductCall {
  const { batchReference: reference, quantity, previousQuantity, eta } = data;
  if (type === 'BatchRegistered') return { ask: 'add', reference, quantity, eta };
  if (type === 'BatchRescheduled') return { ask: 'reschedule', reference, eta };
  return { ask: previousQuantity < 0 ? 'correct' : 'resize', reference, by: quantity - previousQuantity };
}

/** What the paper of each batch has heard of its receipts, by reference. */
export function heardByPaper(
  events: readonly LoggedEvent[],
  calls: readonly Recorded[],
  end: number,
): Map<string, BatchOperation[]> {
  const asked = new Map(calls.map((recorded) => [recorded.traceId, recorded]));
  const heard = new Map<string, BatchOperation[]>();
  for (const { type, data, at, correlationId } of events) {
    if (type !== 'BatchReceived') continue;
    const { batchReference, overReceived, missing, outstanding } = data;
    const operations = heard.get(batchReference) ?? [];
    heard.set(batchReference, operations);
    const before = operations.at(-1);
    operations.push({
      call: { ask: 'follow', by: overReceived - missing, isComplete: outstanding === 0 },
      answer: DONE,
      invokedAt: asked.get(correlationId)?.invokedAt ?? at - TOLERANCE,
      returnedAt: end,
      ...(before && { after: before }),
    });
  }
  return heard;
}

/** Events of batches that no call has asked for. */
export function checkCauses(events: readonly LoggedEvent[], calls: readonly Recorded[]): string[] {
  const asked = new Set(calls.map(({ traceId }) => traceId));
  return events
    .filter((event) => isOnPaper(event) && !asked.has(event.correlationId))
    .map(({ position, type }) => `event ${position} (${type}) comes from no call`);
}
