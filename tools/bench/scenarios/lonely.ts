import { load } from '../load.js';
import { p50s } from '../rounds.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import { orders, plentyOf } from '../shop.js';
import { allSkus, SKUS, uniformly } from '../stock.js';

/** A caller who finds the service idle, or nearly so, must not pay for the group commit of the others. */
export const lonely: Scenario = {
  name: 'lonely',
  async run(bench) {
    const { seconds } = bench;
    const shop = await bench.openShop(plentyOf(allSkus));
    const ceiling = await bench.openCeiling();
    const oneTransaction = await bench.openOneTransaction();
    // One caller alone takes long to warm anything up.
    const all = { connections: bench.connections, seconds };
    await shop.allocate(uniformly, all);
    await load({ urls: [ceiling.url], call: orders('o-', uniformly), ...all });
    const findings: Finding[] = [];
    for (const callers of [1, 16]) {
      const how = { connections: callers, seconds };
      const measured = await bench.alternate({
        product: () => shop.allocate(uniformly, how),
        transaction: () => oneTransaction.measure({ clients: callers, seconds, skus: SKUS }),
        ceiling: () => load({ urls: [ceiling.url], call: orders('o-', uniformly), ...how }),
      });
      const what = `allocate with ${callers} at a time: p50`;
      findings.push(
        {
          what,
          figures: p50s(measured.product),
          unit: 'ms',
          yardstick: { name: 'bare transaction', figures: p50s(measured.transaction) },
          goal: { atMost: callers === 1 ? 1.5 : 1.3 },
        },
        {
          what,
          figures: p50s(measured.product),
          unit: 'ms',
          yardstick: { name: 'ceiling', figures: p50s(measured.ceiling) },
        },
      );
    }
    await shop.check();
    return findings;
  },
};
