import type { Finding } from '../report.js';
import { p99s, processorOf, rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, HOT, onOne, uniformly } from '../stock.js';

/** Ways to run more than one process; connections are dealt out to the instances in turn. */
const topologies: readonly { name: string; instances: number; settings: Record<string, string> }[] = [
  { name: '2 instances', instances: 2, settings: {} },
  { name: 'WEB_CONCURRENCY=2', instances: 1, settings: { WEB_CONCURRENCY: '2' } },
];

/** More processes must not get into each other's way, not even on one SKU. */
export const instances: Scenario = {
  name: 'instances',
  async run(bench) {
    const stock = plentyOf([HOT, ...allSkus]);
    const how = { connections: bench.connections, seconds: bench.seconds, startsConnected: true };
    const alone = await bench.openShop(stock);
    const findings: Finding[] = [];
    for (const { name, ...topology } of topologies) {
      const shop = await bench.openShop(stock, topology);
      for (const [what, spread] of [
        ['one hot SKU', onOne(HOT)],
        ['1,000 SKUs alike', uniformly],
      ] as const) {
        const measured = await bench.alternate({
          several: () => shop.allocate(spread, how),
          one: () => alone.allocate(spread, how),
        });
        findings.push(
          {
            what: `${name}, ${what}`,
            figures: rates(measured.several),
            unit: '/s',
            yardstick: { name: 'one instance', figures: rates(measured.one) },
            goal: { atLeast: 0.9 },
          },
          { what: `${name}, ${what}: p99`, figures: p99s(measured.several), unit: 'ms' },
          ...processorOf(`${name}, ${what}`, measured.several),
          ...processorOf(`one instance, ${what}`, measured.one),
        );
      }
      await shop.check();
    }
    await alone.check();
    return findings;
  },
};
