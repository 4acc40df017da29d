import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, uniformly } from '../stock.js';

const MOST_ROUNDS = 3;
const LOOK_EVERY_MS = 200;

/** Whoever hears of the allocations must keep up with them. */
export const lag: Scenario = {
  name: 'lag',
  async run(bench) {
    // Every twentieth SKU runs out at once, so that there are shortages to hear of.
    const stock = plentyOf(allSkus).map((batch, i) => (i % 20 === 0 ? { ...batch, quantity: 1 } : batch));
    const shop = await bench.openShop(stock);
    const how = { connections: bench.connections, seconds: bench.seconds * 2 };
    const events: number[] = [];
    const seconds: number[] = [];
    const settling: number[] = [];
    for (let round = 0; round < Math.min(MOST_ROUNDS, bench.rounds); round++) {
      let isLoaded = true;
      const loaded = shop.allocate(uniformly, how, [201, 409]).finally(() => (isLoaded = false));
      const worst = { events: 0, seconds: 0 };
      while (isLoaded) {
        const now = await shop.lag();
        worst.events = Math.max(worst.events, now.events);
        worst.seconds = Math.max(worst.seconds, now.seconds);
        await sleep(LOOK_EVERY_MS);
      }
      await loaded;
      const endedAt = performance.now();
      await shop.settled();
      settling.push((performance.now() - endedAt) / 1_000);
      events.push(worst.events);
      seconds.push(worst.seconds);
    }
    await shop.check();
    return [
      { what: 'lag under full load: most events behind', figures: events, unit: 'events' },
      // Bounded: no more than is appended in a second.
      { what: 'lag under full load: age of the oldest', figures: seconds, unit: 's', goal: { atMost: 1 } },
      { what: 'lag back to zero after the load', figures: settling, unit: 's', goal: { atMost: 2 } },
    ];
  },
};
