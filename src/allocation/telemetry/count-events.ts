import type { Counter } from '@opentelemetry/api';
import type { EventLog } from '../../kernel/event-log/event-log.js';
import { initialiseAtZero } from '../../kernel/metrics/instruments.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';

/** Counts the events of these types of which `isCounted` holds, as soon as they are committed. */
export function countEvents<Type extends AllocationEvent['type']>(
  log: EventLog,
  counter: Counter,
  types: readonly Type[],
  isCounted: (event: Extract<AllocationEvent, { type: Type }>) => boolean,
): void {
  initialiseAtZero(counter, {});
  const isOfTypes = (event: AllocationEvent): event is Extract<AllocationEvent, { type: Type }> =>
    (types as readonly string[]).includes(event.type);
  log.onAnnounced((announced, events) => {
    if (!types.some((type) => announced.has(type))) return;
    const count = (events as readonly AllocationEvent[]).filter(
      (event) => isOfTypes(event) && isCounted(event),
    ).length;
    if (count > 0) counter.add(count);
  });
}
