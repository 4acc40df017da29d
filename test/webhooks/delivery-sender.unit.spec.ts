import { describe, expect, it } from '@jest/globals';
import type { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import type { DeliveryQueue } from '../../src/webhooks/persistence/delivery-queue.js';
import type { DeliveryResults } from '../../src/webhooks/persistence/delivery-results.js';
import type { Attempts } from '../../src/webhooks/sending/attempts.js';
import type { DeliveryMetrics } from '../../src/webhooks/sending/delivery-metrics.js';
import { DeliverySender } from '../../src/webhooks/sending/delivery-sender.js';

/** A sender that looks once, at a queue in which nothing is due. */
class LookingOnce extends DeliverySender {
  constructor(isSaturated: boolean) {
    super(
      { claim: () => Promise.resolve([]) } as unknown as DeliveryQueue,
      {} as DeliveryResults,
      {} as Attempts,
      {} as DeliveryMetrics,
      { isSaturated } as UnitOfWork,
      [],
      'server',
    );
  }

  /** @returns milliseconds until it looks again */
  look(): Promise<number> {
    return this.run();
  }
}

describe('The sender of deliveries', () => {
  it('pauses after each look while calls come as fast as they can be committed', async () => {
    expect(await new LookingOnce(true).look()).toBeGreaterThan(0);
  });

  it('looks again at once otherwise', async () => {
    expect(await new LookingOnce(false).look()).toBe(0);
  });
});
