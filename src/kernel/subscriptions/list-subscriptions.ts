import type { DataSource } from 'typeorm';

export interface SubscriptionAnswer {
  readonly name: string;
  readonly position: number;
  readonly lag: { readonly events: number; readonly seconds: number };
  readonly parked: number;
  readonly lastError: string | null;
}

/** How far every subscription is: the events that it has yet to read and the age of the oldest of them. */
export async function listSubscriptions(dataSource: DataSource): Promise<SubscriptionAnswer[]> {
  return dataSource.query(
    `select name, position,
            json_build_object('events', unread.events, 'seconds', unread.seconds) as lag,
            (select count(*) from event_log.set_aside
              where subscription = name and state = 'parked') as parked,
            (select error from event_log.set_aside
              where subscription = name and error is not null
              order by position desc limit 1) as "lastError"
       from event_log.subscription
      cross join lateral (
            select count(*) as events,
                   greatest(round(coalesce(extract(epoch from clock_timestamp() - min(occurred_at)), 0), 3), 0) as seconds
              from event_log.event where event.position > subscription.position) as unread
      order by name collate "C"`,
  );
}
