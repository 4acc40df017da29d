import type { Outcome } from '../load.js';
import { median } from '../sample.js';
import type { Bench, Scenario } from '../scenario.js';
import type { Finding } from '../report.js';
import { plentyOf, type Shop } from '../shop.js';
import { allSkus, byZipf } from '../stock.js';

/** As many as the service lets in; a lane takes 5,000 of them, the rest is told to come back. */
const CALLERS = 9_500;
const RECOVERED_WITH = 64;

/** More than can be done: what is done goes on, the rest is refused at once, reads and health are answered. */
export const pressure: Scenario = {
  name: 'pressure',
  async run(bench) {
    const shop = await bench.openShop(plentyOf(allSkus));
    const usual = await shop.allocate(byZipf, {
      connections: bench.connections,
      seconds: bench.seconds * 2,
    });
    const callers = bench.isSmoke ? 6_000 : CALLERS;
    const findings = [
      ...(await under(callers, true, bench, shop, usual)),
      ...(await under(callers, false, bench, shop, usual)),
    ];
    await shop.check();
    return findings;
  },
};

async function under(
  callers: number,
  isPatient: boolean,
  bench: Bench,
  shop: Shop,
  usual: Outcome,
): Promise<Finding[]> {
  const seconds = bench.seconds * 4;
  const loaded = shop.allocate(byZipf, { connections: callers, seconds, isPatient }, [201, 503]);
  const [reads, health] = await shop.timesMeanwhile(loaded, `/v1/products/${allSkus[0]}`, '/health/ready');
  const outcome = await loaded;
  const after = await shop.allocate(byZipf, { connections: RECOVERED_WITH, seconds: bench.seconds });

  const done = outcome.answers.get(201)?.length ?? 0;
  const refused = outcome.answers.get(503)?.length ?? 0;
  const what = (of: string) =>
    `${callers.toLocaleString('en')} ${isPatient ? 'patient' : 'impatient'} callers: ${of}`;
  return [
    {
      what: what('allocated'),
      figures: [done / seconds],
      unit: '/s',
      yardstick: { name: `${bench.connections} callers`, figures: [usual.perSecond] },
    },
    {
      what: what('refused as busy'),
      figures: [refused / seconds],
      unit: '/s',
      note: `asked for ${((done + refused) / seconds / usual.perSecond).toFixed(1)} times what it does with ${bench.connections}`,
    },
    { what: what('p99 of an answer, whichever'), figures: [outcome.p99], unit: 'ms' },
    { what: what("another's read"), figures: [median(reads!)], unit: 'ms' },
    { what: what('is it ready?'), figures: [median(health!)], unit: 'ms' },
    { what: what(`p50 of ${RECOVERED_WITH} callers at once after it`), figures: [after.p50], unit: 'ms' },
  ];
}
