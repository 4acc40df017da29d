import { load } from '../load.js';
import { p50s, processorOf, rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { orders, plentyOf } from '../shop.js';
import type { Spread } from '../stock.js';

const CLIENTS = 16;

interface Orders {
  readonly what: string;
  readonly skus: readonly string[];
  readonly spread: Spread;
  /** How much of the ceiling is to be reached. */
  readonly ceiling: number;
  /** How often one transaction per order. */
  readonly oneTransaction: number;
  /** Microseconds of processor for each. */
  readonly processor?: { readonly service: number; readonly database: number };
}

/** Allocations at full load, against both yardsticks. */
export function against(name: string, { what, skus, spread, ...goals }: Orders): Scenario {
  return {
    name,
    async run(bench) {
      const { seconds } = bench;
      const shop = await bench.openShop(plentyOf(skus));
      const ceiling = await bench.openCeiling();
      const oneTransaction = await bench.openOneTransaction();
      const how = { connections: bench.connections, seconds };
      const measured = await bench.alternate({
        product: () => shop.allocate(spread, how),
        ceiling: () => load({ urls: [ceiling.url], call: orders('o-', spread), ...how }),
        transaction: () => oneTransaction.measure({ clients: CLIENTS, seconds, skus: skus.length }),
      });
      await shop.check();
      const figures = rates(measured.product);
      return [
        {
          what,
          figures,
          unit: '/s',
          yardstick: { name: 'ceiling', figures: rates(measured.ceiling) },
          goal: { atLeast: goals.ceiling },
        },
        {
          what,
          figures,
          unit: '/s',
          yardstick: { name: 'one transaction per order', figures: rates(measured.transaction) },
          goal: { atLeast: goals.oneTransaction },
        },
        { what: `${what}: p50`, figures: p50s(measured.product), unit: 'ms' },
        { what: `${what}: p99`, figures: measured.product.map(({ p99 }) => p99), unit: 'ms' },
        ...processorOf(what, measured.product, goals.processor),
        ...processorOf('empty call', measured.ceiling).filter(({ what }) => what.endsWith('service')),
      ];
    },
  };
}
