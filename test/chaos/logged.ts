import type { EventData, LoggedEvent } from '../../tools/chaos/log.js';

let count = 0;

/** An event of the product CHAIR, at a position after all before. */
export function logged(
  type: string,
  data: Partial<EventData>,
  of: { readonly correlationId?: string; readonly at?: number } = {},
): LoggedEvent {
  const position = ++count;
  return {
    position,
    id: `event-${position}`,
    type,
    key: 'CHAIR',
    at: of.at ?? position,
    causationId: null,
    correlationId: of.correlationId ?? '',
    transaction: `${position}`,
    data: { sku: 'CHAIR', ...data } as EventData,
  };
}
