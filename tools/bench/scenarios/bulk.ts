import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sendRows } from '../bulk.js';
import { checkOrders } from '../checks.js';
import { importFile } from '../operator.js';
import type { Sample } from '../sample.js';
import { rates } from '../rounds.js';
import type { Bench, Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { allSkus, uniformly } from '../stock.js';

/** Of an order that has several. */
const LINES = 3;

/** Rows that are sent, or imported, in a round. */
const rowsOf = (bench: Bench): number => (bench.isSmoke ? 300 : 20_000);

/**
 * The same rows by `import` on the command line and by a bulk call, by turns, on one database, with the service running in both.
 * A row of orders is a line for the command line and an order for a bulk call; so orders of one line are compared by rows,
 * and orders of three by their lines. Throws unless all of them are there.
 */
export const bulk: Scenario = {
  name: 'bulk',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    const folder = await bench.newFolder();
    const rows = rowsOf(bench);
    const play = new Play(shop, folder);
    const batches = await bench.alternate({
      imported: () => play.importBatches(rows),
      bulk: () => play.sendBatches(rows),
    });
    const orders = await bench.alternate({
      imported: () => play.importOrders(rows, 1, '--orders'),
      loose: () => play.importOrders(rows, 1),
      bulk: () => play.sendOrders(rows, 1),
    });
    const large = await bench.alternate({
      imported: () => play.importOrders(rows, LINES, '--orders'),
      bulk: () => play.sendOrders(rows, LINES),
    });
    await play.check();
    const half = { goal: { atLeast: 0.5 } };
    return [
      {
        what: 'bulk: batches',
        figures: rates(batches.bulk),
        unit: 'rows/s',
        yardstick: { name: 'import batches', figures: rates(batches.imported) },
        ...half,
      },
      {
        what: 'bulk: orders of one line',
        figures: rates(orders.bulk),
        unit: 'rows/s',
        yardstick: { name: 'import orders --orders', figures: rates(orders.imported) },
        ...half,
      },
      {
        what: 'bulk: orders of one line, against lines that belong to no order',
        figures: rates(orders.bulk),
        unit: 'rows/s',
        yardstick: { name: 'import orders', figures: rates(orders.loose) },
      },
      {
        what: `bulk: lines in orders of ${LINES}`,
        figures: rates(large.bulk),
        unit: '/s',
        yardstick: { name: 'import orders --orders', figures: rates(large.imported) },
        ...half,
      },
    ];
  },
};

/** Makes the rows, each under a new name, and remembers them. */
class Play {
  #files = 0;
  #batches = 0;
  readonly #orders: { readonly prefix: string; readonly count: number; readonly lines: number }[] = [];

  constructor(
    private readonly shop: Shop,
    private readonly folder: string,
  ) {}

  async importBatches(count: number): Promise<Sample> {
    const rows = this.#newBatches(count).map(({ reference, sku }) => `${reference},${sku},100,`);
    return this.#import('batches', ['reference,sku,quantity,eta', ...rows]);
  }

  sendBatches(count: number): Promise<Sample> {
    return this.#send('batches', this.#newBatches(count));
  }

  /** @param count of rows, in orders of so many lines */
  async importOrders(count: number, lines: number, ...options: string[]): Promise<Sample> {
    const orders = this.#newOrders(count, lines, options.length > 0);
    const rows = orders.flatMap(({ orderId, lines }) => lines.map(({ sku }) => `${orderId},${sku},1`));
    return this.#import('orders', ['order_id,sku,quantity', ...rows], ...options);
  }

  async sendOrders(count: number, lines: number): Promise<Sample> {
    const sample = await this.#send('orders', this.#newOrders(count, lines));
    return { ...sample, perSecond: sample.perSecond * lines };
  }

  /** Throws where anything was over-allocated, lost or doubled. */
  async check(): Promise<void> {
    await this.shop.check();
    const { rows } = await this.shop.database.query<{ count: number }>(
      `select count(*)::int from batches.batch where reference like 'B-%'`,
    );
    if (rows[0]!.count !== this.#batches)
      throw new Error(`${this.#batches} batches were registered, ${rows[0]!.count} are there.`);
    for (const { prefix, count, lines } of this.#orders) {
      const numbers = Array.from({ length: count }, (_, n) => n);
      await checkOrders(this.shop.database, { prefix, numbers, lines });
    }
  }

  #newBatches(count: number) {
    return Array.from({ length: count }, () => {
      const n = this.#batches++;
      return { reference: `B-${n}`, sku: uniformly(n), quantity: 100 };
    });
  }

  #newOrders(rows: number, lines: number, haveRecords = true) {
    const prefix = `bulk-${this.#files++}-`;
    const count = Math.floor(rows / lines);
    if (haveRecords) this.#orders.push({ prefix, count, lines });
    return Array.from({ length: count }, (_, n) => ({
      orderId: `${prefix}${n}`,
      lines: threeSkus(n)
        .slice(0, lines)
        .map((sku) => ({ sku, quantity: 1 })),
    }));
  }

  async #import(what: string, lines: readonly string[], ...options: string[]): Promise<Sample> {
    const file = join(this.folder, `${this.#files++}.csv`);
    await writeFile(file, `${lines.join('\n')}\n`);
    const {
      rows,
      new: fresh,
      rowsPerSecond,
    } = await importFile(this.shop.databaseUrl, what, file, ...options);
    if (fresh !== rows) throw new Error(`Of ${rows} rows only ${fresh} were new.`);
    await this.shop.settled();
    return sampleOf(rowsPerSecond);
  }

  async #send(what: string, rows: readonly object[]): Promise<Sample> {
    const lines = rows.map((row) => JSON.stringify(row));
    const perSecond = await sendRows(`${this.shop.url}/v1/bulk/${what}`, lines);
    await this.shop.settled();
    return sampleOf(perSecond);
  }
}

/** Three products that differ, the first of them drawn. */
function threeSkus(n: number): string[] {
  const first = allSkus.indexOf(uniformly(n));
  return [0, 337, 661].map((step) => allSkus[(first + step) % allSkus.length]!);
}

/** A round is one call: there are no latencies. */
const sampleOf = (perSecond: number): Sample => ({
  perSecond,
  ...{ count: 1, p50: NaN, p95: NaN, p99: NaN, longest: NaN, longestPause: NaN },
});
