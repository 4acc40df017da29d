import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../sample.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, byZipf } from '../stock.js';

/** In a shorter run the heap is still finding its size. */
const MINUTES_THAT_COUNT = 10;

/** What a service does all day must not add up. */
export const memory: Scenario = {
  name: 'memory',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    const product = shop.products[0]!;
    const seconds = bench.minutes * 60;
    let isLoaded = true;
    const loaded = shop
      .allocate(byZipf, { connections: bench.connections, seconds })
      .finally(() => (isLoaded = false));
    const resident: number[] = [];
    while (isLoaded) {
      resident.push(await product.residentMemory());
      await sleep((seconds * 1_000) / 60);
    }
    const { perSecond } = await loaded;
    await shop.check();
    const third = Math.floor(resident.length / 3);
    return [
      {
        what: 'resident memory at full load, last third',
        figures: [median(resident.slice(-third))],
        unit: 'MiB',
        yardstick: { name: 'middle third', figures: [median(resident.slice(third, -third))] },
        ...(bench.minutes >= MINUTES_THAT_COUNT && { goal: { atMost: 1.1 } }),
        note: `${bench.minutes} minutes at ${Math.round(perSecond)}/s; judged from ${MINUTES_THAT_COUNT} minutes on`,
      },
      { what: 'resident memory, all along', figures: resident, unit: 'MiB' },
    ];
  },
};
