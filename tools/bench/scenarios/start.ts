import { expectOnly, load } from '../load.js';
import { startProduct } from '../processes.js';
import type { Scenario } from '../scenario.js';
import { orders } from '../shop.js';
import { HOT, onOne } from '../stock.js';

/** How long from the command to the first answer, with the embedded PostgreSQL and what is in it. */
export const start: Scenario = {
  name: 'start',
  async run(bench) {
    const dataDir = await bench.newFolder();
    const first = await startProduct(dataDir, {});
    try {
      const body = `{"reference":"PO-1","sku":"${HOT}","quantity":1000000}`;
      const registered = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      await fetch(`${first.url}/v1/batches`, registered);
      const call = orders('o-', onOne(HOT));
      const used = await load({ urls: [first.url], connections: 64, seconds: bench.seconds, call });
      expectOnly([201], used);
    } finally {
      await first.stop();
    }
    const seconds: number[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      const startedAt = performance.now();
      const product = await startProduct(dataDir, {});
      seconds.push((performance.now() - startedAt) / 1_000);
      await product.stop();
    }
    return [
      { what: 'start on an existing data directory', figures: seconds, unit: 's', goal: { atMost: 2 } },
    ];
  },
};
