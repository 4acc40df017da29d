import { AfterPosition, DEFAULT_LIMIT, Limit } from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';

export class ListEventsQuery {
  @AfterPosition({
    description:
      'The position after which to begin: `next` of the page before. Left out, a list begins at the first event, ' +
      'the live feed with the next one.',
  })
  after?: number;

  @Limit() limit = DEFAULT_LIMIT;
}

/** Described by `eventComponents`, which knows the events that the features publish. */
export class EventBody {}

export class EventPageBody extends PageOf(EventBody, 'integer') {}
