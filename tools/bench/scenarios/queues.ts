import type { Finding } from '../report.js';
import { p50s } from '../rounds.js';
import type { Bench, Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { onOne } from '../stock.js';

const CONNECTIONS = 16;
/** Callers who put the lines that wait. */
const SEEDERS = 64;
const PLAIN = 'PLAIN';
const QUEUED = 'QUEUED';
const DEALT = 'DEALT';
/** More units than any batch here has. */
const TOO_MANY = 2_100_000_000;

/**
 * Ten thousand lines that wait, a policy and protected units cost a new order next to nothing; and a planner who reassigns
 * the units of ten thousand lines waits for a moment.
 */
export const queues: Scenario = {
  name: 'queues',
  async run(bench) {
    const lines = bench.isSmoke ? 100 : 10_000;
    const dealt = { reference: `PO-${DEALT}`, sku: DEALT, quantity: lines / 2 };
    const shop = await bench.openShop([...plentyOf([PLAIN, QUEUED]), dealt]);
    await shop.settled();
    await send(shop, 'PUT', `/v1/products/${QUEUED}/policy`, {
      protections: [{ channel: 'web', quantity: 1_000 }],
    });
    await waitFor(shop, lines, QUEUED, TOO_MANY);
    for (const channel of ['outlet', 'web']) await waitFor(shop, lines / 2, DEALT, 1, channel);
    await shop.database.query('vacuum (analyze)');

    const how = { connections: CONNECTIONS, seconds: bench.seconds };
    const measured = await bench.alternate({
      queued: () => shop.allocate(onOne(QUEUED), how),
      plain: () => shop.allocate(onOne(PLAIN), how),
    });
    const figures = p50s(measured.queued);
    const findings: Finding[] = [
      {
        what: `allocate with ${lines.toLocaleString('en')} lines that wait, and protected units: p50`,
        ...{ figures, unit: 'ms', goal: { atMost: 1.15 } },
        yardstick: { name: 'without', figures: p50s(measured.plain) },
      },
    ];
    findings.push(...(await runs(bench, shop, lines)));
    await shop.check();
    return findings;
  },
};

/** The channels take the units from each other by turns. */
async function runs(bench: Bench, shop: Shop, lines: number): Promise<Finding[]> {
  const path = `/v1/products/${DEALT}/reallocations`;
  const simulated: number[] = [];
  const done: number[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const [win, lose] = round % 2 === 0 ? ['web', 'outlet'] : ['outlet', 'web'];
    const segments = [
      { match: { channel: win }, strategy: 'win' },
      { match: { channel: lose }, strategy: 'lose' },
    ];
    simulated.push(await timed(() => send(shop, 'POST', path, { segments, simulate: true })));
    done.push(await timed(() => send(shop, 'POST', path, { segments })));
  }
  const what = `reassign the units of ${lines.toLocaleString('en')} lines`;
  return [
    { what, figures: done, unit: 's', goal: { atMost: 2 } },
    { what: `${what}, simulated`, figures: simulated, unit: 's' },
  ];
}

/** Orders of one line each, which wait if they do not fit. */
async function waitFor(
  shop: Shop,
  count: number,
  sku: string,
  quantity: number,
  channel: string | null = null,
): Promise<void> {
  let next = 0;
  const put = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++)
      await send(shop, 'PUT', `/v1/orders/${sku}-${channel}-${n}`, {
        ...{ lines: [{ sku, quantity }], whenShort: 'backorder' },
        ...(channel !== null && { channel }),
      });
  };
  await Promise.all(Array.from({ length: SEEDERS }, put));
}

async function send({ url }: Shop, method: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
}

/** In seconds. */
async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
