import type { Call } from '../connection.js';
import { expectOnly, load } from '../load.js';
import type { Finding } from '../report.js';
import { p50s } from '../rounds.js';
import type { Sample } from '../sample.js';
import type { Scenario } from '../scenario.js';
import { seedOrderHistory } from '../seed.js';
import { plentyOf, type Shop } from '../shop.js';

const CONNECTIONS = 16;
const SKU = 'SOLD';

/** Orders that were held, confirmed, shipped and read make the next ones no slower, however many there were. */
export const growthOrders: Scenario = {
  name: 'growth-orders',
  async run(bench) {
    const histories = bench.isSmoke ? [10, 1_000] : [10, 1_000_000];
    const shops: Shop[] = [];
    for (const count of histories) {
      const shop = await bench.openShop(plentyOf([SKU]));
      await seedOrderHistory(shop.database, SKU, count);
      await shop.database.query('vacuum (analyze)');
      await shop.settled();
      shops.push(shop);
    }
    const findings: Finding[] = [];
    for (const [what, callOf] of Object.entries(KINDS)) {
      let turn = 0;
      const parts = histories.map((count, i) => {
        const measure = async (): Promise<Sample> => {
          const call = callOf(`${what.replaceAll(' ', '-')}-${turn++}-`);
          const how = { connections: CONNECTIONS, seconds: bench.seconds / 3, call };
          const outcome = await load({ urls: shops[i]!.urls, ...how });
          expectOnly([200, 201], outcome);
          return outcome;
        };
        return [String(count), measure] as const;
      });
      const measured = await bench.alternate(Object.fromEntries(parts));
      for (const count of histories)
        findings.push({
          what: `${what} after ${count.toLocaleString('en')} orders: p50`,
          figures: p50s(measured[count]!),
          unit: 'ms',
          ...(count !== histories[0] && {
            yardstick: { name: `after ${histories[0]}`, figures: p50s(measured[histories[0]!]!) },
            goal: { atMost: 1.15 },
          }),
        });
    }
    for (const shop of shops) await shop.check();
    return findings;
  },
};

const put = (orderId: string, hold = ''): Call => ({
  method: 'PUT',
  path: `/v1/orders/${orderId}`,
  body: `{"lines":[{"sku":"${SKU}","quantity":1}]${hold}}`,
});

/** Each connection has an order of its own, which it puts first and works on then. */
const alternately =
  (second: (orderId: string, n: number) => Call, hold = '') =>
  (prefix: string) => {
    const open = new Map<number, string>();
    return (n: number, connection: number): Call => {
      const orderId = open.get(connection);
      if (orderId === undefined) {
        open.set(connection, `${prefix}${n}`);
        return put(`${prefix}${n}`, hold);
      }
      open.delete(connection);
      return second(orderId, n);
    };
  };

const KINDS: Readonly<Record<string, (prefix: string) => (n: number, connection: number) => Call>> = {
  'put an order': (prefix) => (n) => put(`${prefix}${n}`),
  'hold and confirm': alternately(
    (orderId) => ({ method: 'POST', path: `/v1/orders/${orderId}/confirm` }),
    ',"expiresInSeconds":600',
  ),
  'put and ship': alternately((orderId, n) => ({
    method: 'PUT',
    path: `/v1/shipments/of-${orderId}-${n}`,
    body: JSON.stringify({ orderId }),
  })),
  'read an order': () => () => ({ method: 'GET', path: '/v1/orders/past-1' }),
  'list orders of a product': () => () => ({ method: 'GET', path: `/v1/orders?sku=${SKU}&limit=10` }),
};
