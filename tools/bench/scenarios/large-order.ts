import { setTimeout as sleep } from 'node:timers/promises';
import { HONEST, honest, told } from '../honest.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import { seedOrder } from '../seed.js';
import { plentyOf, type Shop } from '../shop.js';

const ORDER = 'LARGE';
/** Longer than any order takes to be given back. */
const LONG_S = 300;

/**
 * Somebody cancels an order with a line of each of 20,000 SKUs while others go on: it is done with one call, and no call
 * of theirs fails. Throws if one does, or if a line is left.
 */
export const largeOrder: Scenario = {
  name: 'large-order',
  async run(bench) {
    const skus = Array.from({ length: bench.isSmoke ? 2_000 : 20_000 }, (_, n) => `LINE-${n}`);
    const shop = await bench.openShop(plentyOf([HONEST, ...skus]));
    await seedOrder(shop.database, ORDER, skus);
    await shop.database.query('vacuum (analyze)');
    const findings: Finding[] = [];
    const alone = await honest(shop, bench);
    findings.push(...told('no large order', alone, await shop.products[0]!.residentMemory()));

    const done = new AbortController();
    const others = honest(shop, { seconds: LONG_S }, done.signal);
    await Promise.race([others, sleep(200)]);
    const startedAt = performance.now();
    await cancel(shop).finally(() => done.abort());
    const milliseconds = performance.now() - startedAt;
    const what = `an order of ${skus.length.toLocaleString('en')} lines is cancelled`;
    findings.push(
      { what: `${what}: until the answer`, figures: [milliseconds], unit: 'ms' },
      ...told(what, await others, await shop.products[0]!.residentMemory()),
    );
    await shop.check();
    return findings;
  },
};

async function cancel({ url, database }: Shop): Promise<void> {
  const { status, text } = await answerTo(`${url}/v1/orders/${ORDER}/allocations`);
  if (status !== 204) throw new Error(`The order was cancelled with ${status}: ${text}`);
  const { rows } = await database.query<{ left: number }>(
    'select count(*)::int as left from allocation.line where order_id = $1',
    [ORDER],
  );
  if (rows[0]!.left > 0) throw new Error(`${rows[0]!.left} lines of the cancelled order are left.`);
}

async function answerTo(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: 'DELETE' });
  return { status: response.status, text: await response.text() };
}
