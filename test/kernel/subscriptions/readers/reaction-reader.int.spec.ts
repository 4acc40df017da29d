import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ReactionReader } from '../../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../../support/subscription.js';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
  await append(kernel, happened('CHAIR'), happened('TABLE'));
});
afterAll(() => kernel.close());

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
