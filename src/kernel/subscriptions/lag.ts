import { LAST } from '../event-log/pruned.js';

/**
 * As SQL, of each subscription: `name`; `position`; `events`, how many it has not read; `seconds`, the age of the oldest of
 * them; `parked`. To count the events would take longest when it matters most, so positions are subtracted. Some have
 * no event, so `events` is too high until they are passed: by a few, or after a restore by all positions of the gap.
 */
export const LAG = `
  select name, subscription.position, greatest(log.last - subscription.position, 0) as events,
         coalesce(round(greatest(extract(epoch from clock_timestamp() - next.occurred_at), 0), 3), 0)::float8 as seconds,
         (select count(*) from event_log.set_aside
           where subscription = name and state = 'parked') as parked
    from event_log.subscription
   cross join (select ${LAST} as last) as log
    left join lateral (
         select occurred_at from event_log.event
          where event.position > subscription.position order by position limit 1) as next on true`;
