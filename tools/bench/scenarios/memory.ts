import { setTimeout as sleep } from 'node:timers/promises';
import { growthOf } from '../growth.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, byZipf } from '../stock.js';

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
    const how = `at ${Math.round(perSecond)}/s`;
    return [
      growthOf('resident memory at full load', resident, bench.minutes, how),
      { what: 'resident memory, all along', figures: resident, unit: 'MiB' },
    ];
  },
};
