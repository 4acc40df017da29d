import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { currentCause } from '../../../../src/kernel/cause/causation.js';
import { ReactionReader } from '../../../../src/kernel/subscriptions/readers/reaction-reader.js';
import type { StoredEvent } from '../../../../src/kernel/domain/events.js';
import type { Transaction } from '../../../../src/kernel/domain/store.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';
import {
  append,
  appendCausedBy,
  checkpointOf,
  happened,
  HEARS,
  Subscribed,
} from '../../../support/subscription.js';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
  await append(kernel, happened('CHAIR'), happened('TABLE'));
});
afterAll(() => kernel.close());

const ofType = (type: string, key: string) => ({ ...happened(key), type });

/** What every reaction meets. */
let trouble: Error | null;
beforeEach(() => {
  trouble = null;
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function begin(name: string): Promise<[Subscribed, ReactionReader]> {
  const subscribed = await Subscribed.begin(name, kernel);
  const react = () => (trouble ? Promise.reject(trouble) : Promise.resolve());
  return [subscribed, new ReactionReader({ name, events: HEARS }, { react }, kernel.unitOfWork, kernel.log)];
}

describe('a reaction', () => {
  it('acts for the actor of its event, or for nobody if that is not known', async () => {
    const actors = ['web-shop', 'stock.csv', null];
    for (const actor of actors) {
      const cause = { correlationId: 'chain-7', causationId: null, actor };
      await appendCausedBy(cause, kernel, ofType('Ordered', String(actor)));
    }
    const subscribed = await Subscribed.begin('of actors', kernel);
    const react = ({ key }: StoredEvent, tx: Transaction) =>
      kernel.log.append(tx, [{ event: ofType('Followed', key), cause: currentCause() }]);
    const options = { name: subscribed.name, events: ['Ordered'] };
    await subscribed.readToEnd(new ReactionReader(options, { react }, kernel.unitOfWork, kernel.log));

    const { events } = await kernel.log.readOf(kernel.dataSource.manager, ['Followed'], 0, 10);
    expect(events.map(({ key, actor, correlationId }) => [key, actor, correlationId])).toEqual(
      actors.map((actor) => [String(actor), actor, 'chain-7']),
    );
  });
});

describe('a reaction that says which types it wants now', () => {
  it('is not asked about the others, and passes over all of them at once if it wants none', async () => {
    const subscribed = await Subscribed.begin('choosy', kernel);
    const heard: string[] = [];
    let wanted: readonly string[] = [];
    const reaction = {
      reactToAll: (events: readonly StoredEvent[]) =>
        Promise.resolve(void heard.push(...events.map(({ key }) => key))),
      wantedTypes: () => Promise.resolve(wanted),
    };
    const options = { name: subscribed.name, events: ['Sold', 'Bought'] };
    const reader = new ReactionReader(options, reaction, kernel.unitOfWork, kernel.log);
    const readOf = jest.spyOn(kernel.log, 'readOf');
    await append(kernel, ofType('Sold', 'before'), ofType('Bought', 'before'));
    await reader.step();
    expect(readOf).not.toHaveBeenCalled();
    expect(reader.isUnused).toBe(true);

    wanted = ['Bought'];
    await append(kernel, ofType('Sold', 'A'), ofType('Bought', 'B'), ofType('Bought', 'C'));
    await subscribed.readToEnd(reader);
    expect(heard).toEqual(['B', 'C']);
    expect(reader.isUnused).toBe(false);
  });
});

describe('a reaction to all events of a slice', () => {
  it('gets them at once, and one by one after a failure, so that only the one that fails is parked', async () => {
    const subscribed = await Subscribed.begin('of slices', kernel);
    const calls: string[][] = [];
    const reactToAll = (events: readonly StoredEvent[]) => {
      calls.push(events.map(({ key }) => key));
      const isBroken = events.some(({ key }) => key === 'broken');
      return isBroken ? Promise.reject(new Error('unreadable')) : Promise.resolve();
    };
    const events = ['Batched'];
    const reaction = { reactToAll, wantedTypes: () => Promise.resolve(events) };
    const options = { name: subscribed.name, events };
    const reader = new ReactionReader(options, reaction, kernel.unitOfWork, kernel.log);
    const batch = (...keys: string[]) => append(kernel, ...keys.map((key) => ofType('Batched', key)));
    await batch('A', 'B', 'A');
    await subscribed.readToEnd(reader);
    expect(calls.splice(0)).toEqual([['A', 'B', 'A']]);

    await batch('C', 'broken', 'D', 'E');
    await subscribed.readToEnd(reader);
    const [whole, ...single] = calls;
    expect(whole).toEqual(['C', 'broken', 'D', 'E']);
    expect([...new Set(single.flat())]).toEqual(['C', 'broken', 'D', 'E']);
    expect(single.filter(([key]) => key !== 'broken')).toEqual([['C'], ['D'], ['E']]);
    expect((await subscribed.setAside()).map(([, state]) => state)).toEqual(['parked']);
  });
});

describe('a reaction that took part in transactions', () => {
  it('does not hear of their events again, and is not held up by them', async () => {
    const cause = { correlationId: 'test', causationId: null };
    const handledBy = (key: string, ...names: string[]) => ({
      event: ofType('Shared', key),
      cause,
      handledBy: names,
    });
    const subscribed = await Subscribed.begin('participant', kernel);
    await kernel.unitOfWork.inTransaction((tx) =>
      kernel.log.append(tx, [
        handledBy('by it', subscribed.name),
        handledBy('by another', 'someone else'),
        handledBy('by both', 'someone else', subscribed.name),
        handledBy('by nobody'),
        handledBy('by it, at the end', subscribed.name),
      ]),
    );
    const heard: string[] = [];
    const react = ({ key }: StoredEvent) => Promise.resolve(void heard.push(key));
    const options = { name: subscribed.name, events: ['Shared'] };
    await subscribed.readToEnd(new ReactionReader(options, { react }, kernel.unitOfWork, kernel.log));

    expect(heard).toEqual(['by another', 'by nobody']);
    const { manager } = kernel.dataSource;
    const beforeLast = (await kernel.log.head(manager)) - 1;
    const checkpoint = await checkpointOf(kernel, 'participant', ['Shared'], beforeLast);
    expect(checkpoint).toMatchObject({ hasEvents: false });
  });
});

describe('a reaction that starts again', () => {
  it('hears of all events that are there, also those that it had handled in their transactions', async () => {
    const cause = { correlationId: 'test', causationId: null };
    const append = (key: string) =>
      kernel.unitOfWork.inTransaction((tx) =>
        kernel.log.append(tx, [{ event: ofType('Kept', key), cause, handledBy: ['begins anew'] }]),
      );
    await append('before');
    const subscribed = await Subscribed.begin('begins anew', kernel);
    await append('after');
    const heard: string[] = [];
    const react = ({ key }: StoredEvent) => Promise.resolve(void heard.push(key));
    const options = { name: subscribed.name, events: ['Kept'] };
    expect(await checkpointOf(kernel, subscribed.name, ['Kept'])).toMatchObject({ hasEvents: true });
    await subscribed.readToEnd(new ReactionReader(options, { react }, kernel.unitOfWork, kernel.log));

    expect(heard).toEqual(['before']);
  });
});

const deadlock = () => Object.assign(new Error('deadlock detected'), { code: '40P01' });

describe('a reaction with a transient failure', () => {
  it('is retried by its runner, and no event is parked', async () => {
    const [subscribed, reader] = await begin('in passing');
    trouble = deadlock();
    for (let n = 0; n < 3; n++) await expect(reader.step()).rejects.toBe(trouble);
    expect(await subscribed.setAside()).toEqual([]);
    expect(await subscribed.position()).toBe(0);
  });

  it('has its attempts left if it is the retry of an event', async () => {
    const [subscribed, reader] = await begin('in passing, set aside');
    trouble = new Error('not this one');
    await reader.step();
    await reader.step();
    const [[position]] = (await subscribed.setAside()) as [[number, string]];
    await subscribed.comeDue();
    trouble = deadlock();
    await expect(reader.retry()).rejects.toBe(trouble);
    expect(await subscribed.setAside()).toEqual([[position, 'retrying']]);
    expect(
      await kernel.dataSource.query('select attempts from event_log.set_aside where subscription = $1', [
        subscribed.name,
      ]),
    ).toEqual([{ attempts: 1 }]);
  });

  it('leaves the pause to its runner if the events cannot be read', async () => {
    const [, reader] = await begin('unread');
    jest.spyOn(kernel.log, 'readOf').mockRejectedValue(new Error('no such table'));
    await expect(reader.step()).rejects.toThrow('no such table');
  });
});
