import { expectOnly, load } from '../load.js';
import type { Finding } from '../report.js';
import { p50s, rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, SKUS, uniformly } from '../stock.js';

const orderOf = (sku: string) => `order-${sku}`;

const questions: Readonly<Record<string, (n: number) => string>> = {
  availability: (n) => `/v1/products/${uniformly(n)}/availability?quantity=1`,
  product: (n) => `/v1/products/${uniformly(n)}`,
  order: (n) => `/v1/orders/${orderOf(uniformly(n))}/allocations`,
};

/** Far more people look than buy. */
export const reads: Scenario = {
  name: 'reads',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    const ceiling = await bench.openCeiling();
    await orderOneOfEach(shop.url);
    const findings: Finding[] = [];
    for (const [what, path] of Object.entries(questions)) {
      const ask = async (url: string) => {
        const call = (n: number) => ({ method: 'GET', path: path(n) }) as const;
        const outcome = await load({
          urls: [url],
          connections: bench.connections,
          seconds: bench.seconds,
          call,
        });
        expectOnly([200], outcome);
        return outcome;
      };
      const measured = await bench.alternate({
        product: () => ask(shop.url),
        ceiling: () => ask(ceiling.url),
      });
      findings.push(
        {
          what: `read ${what}, of ${SKUS.toLocaleString('en')} SKUs`,
          figures: rates(measured.product),
          unit: '/s',
          yardstick: { name: 'empty GET', figures: rates(measured.ceiling) },
          goal: { atLeast: 0.8 },
        },
        { what: `read ${what}: p50`, figures: p50s(measured.product), unit: 'ms' },
      );
    }
    await shop.check();
    return findings;
  },
};

async function orderOneOfEach(url: string): Promise<void> {
  const done = new AbortController();
  const call = (n: number) => {
    if (n === SKUS - 1) done.abort();
    const sku = allSkus[n]!;
    const body = `{"orderId":"${orderOf(sku)}","sku":"${sku}","quantity":1}`;
    return { method: 'POST', path: '/v1/allocations', body } as const;
  };
  expectOnly([201], await load({ urls: [url], connections: 64, seconds: 60, until: done.signal, call }));
}
