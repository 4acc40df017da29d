import { expect, it } from '@jest/globals';
import type { ApiKeyRefresher } from '../../../src/platform/access/api-key-refresher.js';
import type { LiveFeed } from '../../../src/platform/events-api/live-feed.js';
import { OrderlyStop } from '../../../src/platform/server/orderly-stop.js';
import type { Retention } from '../../../src/platform/retention/retention.js';
import type { Subscriptions } from '../../../src/kernel/subscriptions/subscriptions.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';

it('The end waits for all that reads, and then for what is on its way into the database', async () => {
  const done: string[] = [];
  const part = (name: string) => {
    const end = async () => {
      await Promise.resolve();
      done.push(name);
    };
    return { stop: end, flush: end };
  };
  const stop = new OrderlyStop(
    part('feed') as unknown as LiveFeed,
    part('subscriptions') as unknown as Subscriptions,
    part('retention') as unknown as Retention,
    part('keys') as unknown as ApiKeyRefresher,
    part('lanes') as unknown as UnitOfWork,
  );
  await stop.onApplicationShutdown();

  expect(done.slice(0, 4).sort()).toEqual(['feed', 'keys', 'retention', 'subscriptions']);
  expect(done.slice(4)).toEqual(['lanes']);
});
