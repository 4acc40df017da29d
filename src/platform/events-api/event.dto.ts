import { AfterPosition, DEFAULT_LIMIT, Limit } from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';

export class ListEventsQuery {
  @AfterPosition({
    description:
      'The position after which to begin: `next` of the previous page. If left out, a list begins at the first event and ' +
      'the live feed with the next one.',
  })
  after?: number;

  @Limit() limit = DEFAULT_LIMIT;
}

/** `eventComponents` describes it: it knows the events that features publish. */
export class EventBody {}

export class EventPageBody extends PageOf(EventBody, 'integer') {}
