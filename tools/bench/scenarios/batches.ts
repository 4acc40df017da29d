import { expectOnly, load, type Load } from '../load.js';
import { p50s, processorOf, rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, uniformly } from '../stock.js';

/** Goods come in; and whoever has been told so can be promised them at once (rule 9). */
export const batches: Scenario = {
  name: 'batches',
  async run(bench) {
    const how = { connections: bench.connections, seconds: bench.seconds };
    const shop = await bench.openShop(plentyOf(allSkus));
    const ceiling = await bench.openCeiling();
    let registered = 0;
    let loads = 0;
    const measured = await bench.alternate({
      product: async () => {
        const outcome = await load({ urls: shop.urls, call: registrations(`B-${loads++}-`), ...how });
        expectOnly([201], outcome);
        registered += outcome.answers.get(201)!.length;
        return outcome;
      },
      ceiling: () => load({ urls: [ceiling.url], call: registrations('B-0-'), ...how }),
    });
    const { rows } = await shop.database.query<{ count: number }>(
      `select count(*)::int from batches.batch where reference like 'B-%'`,
    );
    if (rows[0]!.count !== registered)
      throw new Error(`${registered} batches were confirmed, ${rows[0]!.count} are there.`);

    expectOnly([201], await load({ urls: shop.urls, call: registerThenAllocate(), ...how }));
    await shop.check();
    return [
      {
        what: 'register batches over 1,000 SKUs',
        figures: rates(measured.product),
        unit: '/s',
        yardstick: { name: 'ceiling', figures: rates(measured.ceiling) },
        goal: { atLeast: 0.5 },
        note: 'rule 9 held: every allocation right after a registration was given its batch',
      },
      { what: 'register batches: p50', figures: p50s(measured.product), unit: 'ms' },
      ...processorOf('a registration', measured.product),
    ];
  },
};

function registrations(prefix: string): Load['call'] {
  return (n) => registration(`${prefix}${n}`, uniformly(n));
}

/** Each connection by turns registers the first batch of a SKU and orders all of it. */
function registerThenAllocate(): Load['call'] {
  const latest = new Map<number, string>();
  return (n, connection) => {
    const sku = latest.get(connection);
    if (sku === undefined) {
      latest.set(connection, `NEW-${n}`);
      return registration(`NEW-${n}`, `NEW-${n}`);
    }
    latest.delete(connection);
    return {
      method: 'POST',
      path: '/v1/allocations',
      body: `{"orderId":"first-${n}","sku":"${sku}","quantity":100}`,
    };
  };
}

function registration(reference: string, sku: string) {
  return {
    method: 'POST',
    path: '/v1/batches',
    body: `{"reference":"${reference}","sku":"${sku}","quantity":100}`,
  } as const;
}
