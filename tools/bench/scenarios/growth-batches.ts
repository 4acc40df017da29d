import type { Finding } from '../report.js';
import { p50s } from '../rounds.js';
import { median } from '../sample.js';
import type { Scenario } from '../scenario.js';
import { onOne } from '../stock.js';

const CONNECTIONS = 16;

/** Many small deliveries of one thing, none of them used up. */
export const growthBatches: Scenario = {
  name: 'growth-batches',
  async run(bench) {
    const counts = bench.isSmoke ? [1, 100] : [1, 100, 10_000];
    const skuOf = (count: number) => `OPEN-${count}`;
    const shop = await bench.openShop(
      counts.flatMap((count) =>
        Array.from({ length: count }, (_, i) => {
          return { reference: `${skuOf(count)}-${i}`, sku: skuOf(count), quantity: 1_000_000 };
        }),
      ),
    );
    const how = { connections: CONNECTIONS, seconds: bench.seconds };
    const parts = counts.map(
      (count) => [String(count), () => shop.allocate(onOne(skuOf(count)), how)] as const,
    );
    const measured = await bench.alternate(Object.fromEntries(parts));
    await shop.check();
    return counts.map((count, i): Finding => {
      const figures = p50s(measured[count]!);
      const fewer = counts[i - 1];
      const finding = {
        what: `allocate with ${count.toLocaleString('en')} open batches: p50`,
        figures,
        unit: 'ms',
        point: { curve: 'allocate', x: count, axis: 'open batches of the SKU' },
      };
      if (fewer === undefined) return finding;
      const before = p50s(measured[fewer]!);
      const power = Math.log(median(figures) / median(before)) / Math.log(count / fewer);
      return {
        ...finding,
        yardstick: { name: `with ${fewer}`, figures: before },
        // Sub-linear.
        goal: { atMost: count / fewer },
        note: `grows with the batches to the power of ${power.toFixed(2)}`,
      };
    });
  },
};
