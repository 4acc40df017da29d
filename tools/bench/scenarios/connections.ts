import type { Finding } from '../report.js';
import { p50s, p99s, rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { HOT, onOne } from '../stock.js';

/** How long a customer waits when more of them want the same thing at a time. */
export const connections: Scenario = {
  name: 'connections',
  async run(bench) {
    const counts = bench.isSmoke ? [1, 64] : [1, 4, 16, 64, 256, 1_024];
    const shop = await bench.openShop(plentyOf([HOT]));
    const seconds = bench.seconds * 0.7;
    const parts = counts.map(
      (count) => [String(count), () => shop.allocate(onOne(HOT), { connections: count, seconds })] as const,
    );
    const measured = await bench.alternate(Object.fromEntries(parts), { rounds: Math.min(3, bench.rounds) });
    await shop.check();
    return counts.flatMap((count): Finding[] => {
      const what = `allocate, one hot SKU, ${count} at a time`;
      const samples = measured[count]!;
      const at = (curve: string) => ({ curve, x: count, axis: 'customers at a time, one hot SKU' });
      return [
        { what: `${what}: p50`, figures: p50s(samples), unit: 'ms', point: at('p50') },
        { what: `${what}: p99`, figures: p99s(samples), unit: 'ms', point: at('p99') },
        { what, figures: rates(samples), unit: '/s' },
      ];
    });
  },
};
