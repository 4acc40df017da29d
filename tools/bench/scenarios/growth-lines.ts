import { expectOnly, load } from '../load.js';
import type { Finding } from '../report.js';
import { p50s } from '../rounds.js';
import type { Sample } from '../sample.js';
import type { Scenario } from '../scenario.js';
import { seedLines } from '../seed.js';
import { plentyOf } from '../shop.js';
import { onOne, referenceOf } from '../stock.js';

/** As when the original was measured. */
const CONNECTIONS = 16;
/** The measuring itself adds some thousand lines a round: a short history gets a new SKU for each. */
const SHORT = 1_000;

/** A shop of ten years must be as fast as one that opens today. */
export const growthLines: Scenario = {
  name: 'growth-lines',
  async run(bench) {
    const histories = bench.isSmoke ? [1, 1_000] : [1, 1_000, 100_000, 1_000_000];
    if (bench.isHuge) histories.push(10_000_000);
    const grown = histories.map((count) => {
      const skus = Array.from(
        { length: count > SHORT ? 1 : bench.rounds + 1 },
        (_, i) => `AGED-${count}-${i}`,
      );
      return { count, skus };
    });
    const shop = await bench.openShop(plentyOf(grown.flatMap(({ skus }) => skus)));
    for (const { count, skus } of grown) {
      for (const sku of skus)
        await seedLines(shop.database, { sku, reference: referenceOf(sku), prefix: `${sku}-`, count });
    }
    await shop.database.query('vacuum (analyze)');
    await shop.settled();

    const ask = (path: (sku: string) => string, seconds: number) => async (sku: string) => {
      const call = () => ({ method: 'GET', path: path(sku) }) as const;
      const outcome = await load({ urls: shop.urls, connections: CONNECTIONS, seconds, call });
      expectOnly([200], outcome);
      return outcome;
    };
    const kinds: Record<string, (sku: string) => Promise<Sample>> = {
      allocate: (sku) => shop.allocate(onOne(sku), { connections: CONNECTIONS, seconds: bench.seconds / 2 }),
      'read availability': ask((sku) => `/v1/products/${sku}/availability`, bench.seconds / 6),
      'read product': ask((sku) => `/v1/products/${sku}`, bench.seconds / 6),
      'read order': ask((sku) => `/v1/orders/${sku}-1/allocations`, bench.seconds / 6),
    };
    const findings: Finding[] = [];
    for (const [what, measure] of Object.entries(kinds)) {
      const parts = grown.map(({ count, skus }) => {
        let round = 0;
        return [String(count), () => measure(skus[round++ % skus.length]!)] as const;
      });
      const measured = await bench.alternate(Object.fromEntries(parts));
      for (const { count } of grown) {
        findings.push({
          what: `${what} with ${count.toLocaleString('en')} lines: p50`,
          figures: p50s(measured[count]!),
          unit: 'ms',
          point: { curve: what, x: count, axis: 'lines on the SKU' },
          ...(count > 1 && {
            yardstick: { name: 'with 1', figures: p50s(measured[1]!) },
            goal: { atMost: 1.15 },
          }),
        });
      }
    }
    await shop.check();
    return findings;
  },
};
