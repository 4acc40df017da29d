import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readAudit } from '../../../src/kernel/audit/audit.js';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import {
  EventNotParked,
  UnknownEvent,
  UnknownSubscription,
  BlockedByEarlierEvent,
} from '../../../src/kernel/subscriptions/parking/errors.js';
import { discardEvent, listFailed, retryEvent } from '../../../src/kernel/subscriptions/operator-commands.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../support/subscription.js';

let kernel: Kernel;
let subscribed: Subscribed;
let reader: ReactionReader;
let isBroken: boolean;
let tests = 0;

beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());

/** Two events of a broken lamp, one of a rug; the first is parked, the second waits behind it. */
beforeEach(async () => {
  const name = `test.operated-${++tests}`;
  await kernel.dataSource.query('truncate event_log.event restart identity');
  subscribed = await Subscribed.begin(name, kernel);
  isBroken = true;
  const react = async (event: StoredEvent, tx: Transaction) => {
    if (isBroken && event.key === 'LAMP') throw new Error('The lamp is broken.');
    await subscribed.effect(event, tx);
  };
  reader = new ReactionReader({ name, events: HEARS }, { react }, kernel.unitOfWork, kernel.log);
  await append(kernel, happened('LAMP'), happened('LAMP'), happened('RUG'));
  await subscribed.readToEnd(reader);
});

const parked = { position: 1, key: 'LAMP', type: 'Happened', state: 'parked', attempts: 8, behind: 1 };
const failedNow = async () =>
  (await listFailed(kernel.dataSource)).filter(({ subscription }) => subscription === subscribed.name);

describe('a parked event', () => {
  it('is listed with its error and the number of events behind it', async () => {
    expect(await failedNow()).toEqual([
      { ...parked, subscription: subscribed.name, error: 'Error: The lamp is broken.' },
    ]);
  });

  it('has its effect when it is retried after the cause is gone, followed by the events behind it', async () => {
    isBroken = false;
    await retryEvent(kernel.dataSource, subscribed.name, 1);
    await subscribed.readToEnd(reader);
    expect(await subscribed.effects('LAMP')).toEqual([1, 2]);
    expect(await failedNow()).toEqual([]);
  });

  it('is in the audit log when it is retried or discarded, with who did it and why', async () => {
    const { name } = subscribed;
    const alice = { kind: 'operator', name: 'alice' } as const;
    await expect(retryEvent(kernel.dataSource, name, 2, alice)).rejects.toThrow(BlockedByEarlierEvent);
    await retryEvent(kernel.dataSource, name, 1, alice);
    await discardEvent(kernel.dataSource, name, 1, 'known', alice);

    const audited = await readAudit(kernel.dataSource, 0, 1_000);
    const by = { actor: 'alice', actorKind: 'operator', subject: name };
    expect(audited.filter(({ subject }) => subject === name)).toMatchObject([
      { type: 'event-retried', ...by, details: { position: 1, key: 'LAMP' } },
      { type: 'event-discarded', ...by, details: { position: 1, key: 'LAMP', reason: 'known' } },
    ]);
  });

  it('is due at once, with all of its attempts again, when it is retried', async () => {
    await retryEvent(kernel.dataSource, subscribed.name, 1);
    expect(await failedNow()).toMatchObject([{ state: 'retrying', attempts: 0 }]);
    await reader.retry();
    expect(await failedNow()).toMatchObject([{ state: 'retrying', attempts: 1 }]);
    await subscribed.readToEnd(reader);
    expect(await failedNow()).toMatchObject([parked]);
  });

  it('is gone when it is discarded, its reason is kept, and the events behind it go on', async () => {
    isBroken = false;
    await discardEvent(kernel.dataSource, subscribed.name, 1, 'Counted by hand.');
    await subscribed.readToEnd(reader);
    expect(await subscribed.effects('LAMP')).toEqual([2]);
    expect(
      await kernel.dataSource.query(
        'select position, key, attempts, error, reason from event_log.discarded where subscription = $1',
        [subscribed.name],
      ),
    ).toEqual([
      {
        position: 1,
        key: 'LAMP',
        attempts: 8,
        error: 'Error: The lamp is broken.',
        reason: 'Counted by hand.',
      },
    ]);
  });

  it('blocks the events behind it: they can be neither retried nor discarded before it', async () => {
    const { dataSource } = kernel;
    await expect(retryEvent(dataSource, subscribed.name, 2)).rejects.toThrow(new BlockedByEarlierEvent(2, 1));
    await expect(discardEvent(dataSource, subscribed.name, 2, 'x')).rejects.toThrow(
      new BlockedByEarlierEvent(2, 1),
    );
    expect(await subscribed.setAside()).toEqual([
      [1, 'parked'],
      [2, 'behind'],
    ]);
  });
});

it('An event that has not failed, or an unknown subscription, is refused', async () => {
  const { dataSource } = kernel;
  await expect(retryEvent(dataSource, subscribed.name, 3)).rejects.toThrow(EventNotParked);
  await expect(retryEvent(dataSource, subscribed.name, 4_711)).rejects.toThrow(UnknownEvent);
  await expect(discardEvent(dataSource, 'nobody', 1, 'x')).rejects.toThrow(UnknownSubscription);
});
