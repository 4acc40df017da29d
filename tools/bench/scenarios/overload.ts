import type { Offered } from '../offer.js';
import type { Finding } from '../report.js';
import { median, statistics } from '../sample.js';
import type { Bench, Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { allSkus, byZipf } from '../stock.js';

/**
 * How long each group takes longer than it would, in seconds: a small machine cannot offer ten times of what the service
 * can do on it. 256 calls in half a second are some 500 a second.
 */
const SLEEP_S = 0.45;
const TIMES = [2, 10];

/** More is asked than can be done, at a fixed rate: `pressure` asks only as often as it is answered. */
export const overload: Scenario = {
  name: 'overload',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    await shop.database.query(`
      create function public.take_long() returns trigger language plpgsql as
        'begin perform pg_sleep(${bench.isSmoke ? 0.01 : SLEEP_S}); return null; end';
      create trigger take_long after insert on event_log.event execute function public.take_long()`);
    const { connections } = bench;
    const usual = await shop.allocate(byZipf, { connections, seconds: bench.seconds * 2 });
    const findings: Finding[] = [];
    for (const times of TIMES) findings.push(...(await under(times, usual.perSecond, bench, shop)));
    await shop.database.query('drop function public.take_long cascade');
    await shop.check();
    return findings;
  },
};

async function under(times: number, usual: number, bench: Bench, shop: Shop): Promise<Finding[]> {
  const seconds = bench.seconds * 4;
  const offering = shop.offer(byZipf, { perSecond: times * usual, seconds });
  const [reads] = await shop.timesMeanwhile(offering, `/v1/products/${allSkus[0]}`);
  const offered = await offering;
  const { perSecond, p99 } = answered(offered, 201, seconds);
  const refused = answered(offered, 503, seconds);
  const what = (of: string) => `${times} times of what can be done: ${of}`;
  return [
    {
      what: what('allocated'),
      figures: [perSecond],
      unit: '/s',
      yardstick: { name: `${bench.connections} callers`, figures: [usual] },
      note: `${offered.lost} lost their connection, ${offered.notAsked} found none free`,
    },
    { what: what('p99 of the allocated'), figures: [p99], unit: 'ms' },
    { what: what('refused as busy'), figures: [refused.perSecond], unit: '/s' },
    ...(refused.perSecond > 0
      ? [{ what: what('p50 of the refused'), figures: [refused.p50], unit: 'ms' }]
      : []),
    { what: what("another's read"), figures: [median(reads!)], unit: 'ms' },
  ];
}

function answered({ answers }: Offered, status: number, seconds: number) {
  const latencies = answers.get(status)?.latencies ?? [];
  return { perSecond: latencies.length / seconds, ...statistics(latencies) };
}
