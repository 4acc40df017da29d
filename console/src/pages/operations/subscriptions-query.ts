import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';

/** Every five seconds, since no event says how far a subscription is. */
export const subscriptionsQuery = apiQuery(
  'subscriptions.list',
  {},
  (signal) => earmark.subscriptions.list({ signal }),
  { isLive: false, everyMs: 5_000 },
);

/** What stands below the number of parked events. */
export const waitingText = (parked: number): string =>
  parked === 0 ? 'none waits for you' : parked === 1 ? 'waits for an operator' : 'wait for an operator';
