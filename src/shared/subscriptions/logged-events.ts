import type { LoggedEvents, SubscriptionOptions } from './subscriber.js';

/**
 * What a subscription hears of a stretch of the log, as a relation.
 * @param leftOut the events that are not in it
 */
export function loggedEvents(
  { name, hears }: SubscriptionOptions,
  after: number,
  upTo: number,
  leftOut: 'set_aside' | 'discarded',
): LoggedEvents {
  return {
    sql: `select position, type, key, data from event_log.event
           where position > $1 and position <= $2 and type = any($3)
             and not exists (select from event_log.${leftOut} as left_out
                              where subscription = $4 and left_out.position = event.position)`,
    values: [after, upTo, hears, name],
  };
}
