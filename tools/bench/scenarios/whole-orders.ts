import type { Call } from '../connection.js';
import { checkOrders } from '../checks.js';
import { expectOnly, load } from '../load.js';
import { p50s, processorOf, rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf } from '../shop.js';
import { allSkus, uniformly } from '../stock.js';

const LINES = 3;

/** Three products that differ, the first of them drawn. */
function threeSkus(n: number): string[] {
  const first = allSkus.indexOf(uniformly(n));
  return [0, 337, 661].map((step) => allSkus[(first + step) % allSkus.length]!);
}

const put = (orderId: string, skus: readonly string[], hold = ''): Call => ({
  method: 'PUT',
  path: `/v1/orders/${orderId}`,
  body: `{"lines":[${skus.map((sku) => `{"sku":"${sku}","quantity":1}`).join()}]${hold}}`,
});

/**
 * What is dear about an order is its transaction and its call: with three lines it promises more lines in a second than
 * calls for single lines do. Throws unless each order that was confirmed has all of its lines.
 */
export const wholeOrders: Scenario = {
  name: 'whole-orders',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    const how = { connections: bench.connections, seconds: bench.seconds };
    const confirmed: { prefix: string; numbers: readonly number[] }[] = [];
    const measured = await bench.alternate({
      orders: async () => {
        const prefix = `whole-${confirmed.length}-`;
        const call = (n: number) => put(`${prefix}${n}`, threeSkus(n));
        const outcome = await load({ urls: shop.urls, call, ...how });
        expectOnly([201], outcome);
        confirmed.push({ prefix, numbers: outcome.answers.get(201) ?? [] });
        return outcome;
      },
      lines: () => shop.allocate(uniformly, how),
    });
    await shop.check();
    for (const orders of confirmed) await checkOrders(shop.database, { ...orders, lines: LINES });
    return [
      {
        what: `orders of ${LINES} lines over 1,000 SKUs: lines`,
        figures: rates(measured.orders).map((rate) => rate * LINES),
        unit: '/s',
        yardstick: { name: 'single lines', figures: rates(measured.lines) },
        goal: { atLeast: 2 },
      },
      { what: `an order of ${LINES} lines: p50`, figures: p50s(measured.orders), unit: 'ms' },
      ...processorOf(`an order of ${LINES} lines`, measured.orders),
      ...processorOf('a single line', measured.lines),
    ];
  },
};

/** Each client holds a line and confirms the hold, again and again. */
export const holds: Scenario = {
  name: 'holds',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    const how = { connections: bench.connections, seconds: bench.seconds };
    const held: { prefix: string; numbers: readonly number[] }[] = [];
    const measured = await bench.alternate({
      holds: async () => {
        const prefix = `held-${held.length}-`;
        const open = new Map<number, number>();
        const call = (n: number, connection: number): Call => {
          const mine = open.get(connection);
          if (mine === undefined) {
            open.set(connection, n);
            return put(`${prefix}${n}`, [uniformly(n)], ',"expiresInSeconds":600');
          }
          open.delete(connection);
          return { method: 'POST', path: `/v1/orders/${prefix}${mine}/confirm` };
        };
        const outcome = await load({ urls: shop.urls, call, ...how });
        expectOnly([200, 201], outcome);
        held.push({ prefix, numbers: outcome.answers.get(201) ?? [] });
        return outcome;
      },
      lines: () => shop.allocate(uniformly, how),
    });
    await shop.check();
    for (const orders of held) await checkOrders(shop.database, { ...orders, lines: 1 });
    return [
      {
        what: 'holds and confirms over 1,000 SKUs',
        figures: rates(measured.holds),
        unit: '/s',
        yardstick: { name: 'allocations', figures: rates(measured.lines) },
        goal: { atLeast: 0.7 },
      },
      { what: 'a hold or a confirm: p50', figures: p50s(measured.holds), unit: 'ms' },
      ...processorOf('a hold or a confirm', measured.holds),
      ...processorOf('an allocation', measured.lines),
    ];
  },
};
