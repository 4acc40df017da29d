import type { EventFilter } from '../../kernel/event-log/event-filter.js';
import { AfterPosition, DEFAULT_LIMIT, EventTypesInQuery, Limit, OrderId, Sku } from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';

export class ListEventsQuery {
  @AfterPosition({
    description:
      'The position after which to start: `next` of the previous page. If left out, a list starts at the first event, ' +
      'and the live feed with the next one.',
  })
  after?: number;

  @EventTypesInQuery({
    description: 'Only events of these types, in any version: `types=LineAllocated,OutOfStock`.',
  })
  types?: readonly string[];

  @Sku({ optional: true, description: 'Only events of this SKU: their `key`.' }) sku?: string;

  @OrderId({
    optional: true,
    description:
      'Only events about lines of this order, as in its history. Events that version 0.1 stored are not found.',
  })
  orderId?: string;

  @Limit() limit = DEFAULT_LIMIT;
}

/** What it asks for, in the words of the log: an order is the subject of what happens to its lines. */
export const conditionsOf = ({ types, sku, orderId }: ListEventsQuery): EventFilter => ({
  types,
  key: sku,
  subject: orderId,
});

/** `eventComponents` describes it: it knows the events that features publish. */
export class EventBody {}

export class EventPageBody extends PageOf(EventBody, 'integer') {}
