import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ReactionReader } from '../../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../../support/subscription.js';

describe('an event that always fails', () => {
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = await freshKernel();
  });
  afterAll(() => kernel.close());

  it('has eight attempts, each after about twice the pause of the one before, and is parked with the last', async () => {
    const subscribed = await Subscribed.begin('fails', kernel);
    await append(kernel, happened('LAMP'));
    const react = () => Promise.reject(new TypeError('It is dark.'));
    const options = { name: subscribed.name, events: HEARS };
    const reader = new ReactionReader(options, { react }, kernel.unitOfWork, kernel.log);
    const standing = async () => {
      const [row] = await kernel.dataSource.query<
        { state: string; attempts: number; error: string; pause: number | null; now: number }[]
      >(
        `select state, attempts, error, extract(epoch from next_attempt_at - now())::float8 * 1000 as pause
           from event_log.set_aside where subscription = $1`,
        [subscribed.name],
      );
      return row!;
    };

    // Of what is left to chance, all.
    jest.spyOn(Math, 'random').mockReturnValue(1);
    // The first one finds the culprit among those of its stretch, the second one sets it aside.
    expect(await reader.step()).toBe(true);
    expect(await reader.step()).toBe(true);
    for (let attempts = 1; attempts < 8; attempts++) {
      const { pause, ...rest } = await standing();
      expect(rest).toEqual({ state: 'retrying', attempts, error: 'TypeError: It is dark.' });
      const longest = 100 * 2 ** (attempts - 1);
      expect(pause).toBeLessThanOrEqual(longest);
      // Some of it has passed since: less than that, however slow the machine is.
      expect(pause).toBeGreaterThan(longest - 3_000);
      await subscribed.comeDue();
      expect(await reader.retry()).toBe(true);
    }
    expect(await standing()).toEqual({
      state: 'parked',
      attempts: 8,
      error: 'TypeError: It is dark.',
      pause: null,
    });
    expect(await reader.retry()).toBe(false);
    jest.restoreAllMocks();
  });
});
