import type { Call } from '../connection.js';
import { expectOnly, load } from '../load.js';
import { p50s } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { onOne } from '../stock.js';

const PLAIN = 'PLAIN';

/** What-if costs no more than the call itself, and a planner sees the dates of ten thousand batches at once. */
export const looksAhead: Scenario = {
  name: 'looks-ahead',
  async run(bench) {
    const count = bench.isSmoke ? 100 : 10_000;
    const dated = Array.from({ length: count }, (_, day) => ({
      ...{ reference: `DATED-${day}`, sku: 'DATED', quantity: 10 },
      eta: new Date(Date.UTC(2030, 0, 1 + day)).toISOString().slice(0, 10),
    }));
    const shop = await bench.openShop([...plentyOf([PLAIN]), ...dated]);
    await shop.settled();
    await shop.database.query('vacuum (analyze)');
    const how = { connections: 1, seconds: bench.seconds };
    const ask = (call: (n: number) => Call) => async () => {
      const outcome = await load({ urls: shop.urls, call, ...how });
      expectOnly([200], outcome);
      return outcome;
    };
    const measured = await bench.alternate({
      simulated: ask((n) => ({
        ...{ method: 'POST', path: '/v1/simulations' },
        body: `{"steps":[{"allocate":{"orderId":"what-if-${n}","sku":"${PLAIN}","quantity":1}}]}`,
      })),
      called: () => shop.allocate(onOne(PLAIN), how),
      timeline: ask(() => ({ method: 'GET', path: '/v1/products/DATED/timeline' })),
    });
    await shop.check();
    return [
      {
        what: 'simulate an allocation: p50',
        ...{ figures: p50s(measured.simulated), unit: 'ms', goal: { atMost: 1.2 } },
        yardstick: { name: 'the call itself', figures: p50s(measured.called) },
      },
      {
        what: `the time line of ${count.toLocaleString('en')} batches: p50`,
        ...{ figures: p50s(measured.timeline), unit: 'ms', goal: { atMost: 50 } },
      },
    ];
  },
};
