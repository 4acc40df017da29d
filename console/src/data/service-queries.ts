import { EarmarkProblem } from '@earmark/client';
import { apiQuery } from './api-query.js';
import { earmark } from './earmark.js';

/** Null if the service is ready; otherwise why it is not, which is an answer and no failure to ask. */
export const readyQuery = apiQuery<string | null>(
  'health.ready',
  {},
  async (signal) => {
    try {
      await earmark.health.ready({ signal });
      return { data: null };
    } catch (error) {
      if (!(error instanceof EarmarkProblem) || error.status !== 503) throw error;
      return { data: error.problem.detail ?? error.problem.title };
    }
  },
  { isLive: false, everyMs: 10_000 },
);

/** Every five seconds, since no event says how far a subscription is. */
export const subscriptionsQuery = apiQuery(
  'subscriptions.list',
  {},
  (signal) => earmark.subscriptions.list({ signal }),
  { isLive: false, everyMs: 5_000 },
);

/** It reads every line and event, which takes seconds for a million of them: it is asked for once, and then on demand only. */
export const integrityQuery = {
  ...apiQuery('integrity.check', {}, (signal) => earmark.integrity.check({ signal }), { isLive: false }),
  // Not even what asks for everything again, as every write does, asks for it.
  staleTime: 'static' as const,
};
