import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../../../testing/chromium.js';
import { programOf } from '../../../testing/program-of.js';
import { growthOf } from '../growth.js';
import type { Finding } from '../report.js';
import { statistics } from '../sample.js';
import type { Bench, Scenario } from '../scenario.js';
import { seedLines } from '../seed.js';
import { plentyOf, type Shop } from '../shop.js';
import { allSkus, referenceOf } from '../stock.js';

/** The product with many batches and lines: the first one in the list. */
const DEEP = 'A-DEEP';
const EVENTS_PER_SECOND = 1_000;
/** How long each page is looked at on a walk through them. */
const LOOK_MS = 5_000;
/** One for each third of the time. */
const LEAST_WALKS = 3;
const MIB = 1024 * 1024;

/** The pages of a walk: how each is reached from the one before it, and its heading. */
const WALK: readonly { readonly name: string; readonly open: (page: Page) => Promise<void> }[] = [
  { name: 'the overview', open: (page) => choose(page, 'Overview') },
  { name: 'the products', open: (page) => choose(page, 'Products') },
  {
    name: 'the product',
    open: (page) => page.getByRole('main').getByRole('link', { name: DEEP, exact: true }).click(),
  },
  { name: 'the orders', open: (page) => choose(page, 'Orders') },
  { name: 'the events', open: (page) => choose(page, 'Events') },
];

/**
 * The console in a browser on these same cores, with a product of 10,000 batches and 1,000,000 lines, while 1,000 events
 * happen each second, every second one to that product: how smooth its pages are, and what a browser that stays open needs.
 */
export const console: Scenario = {
  name: 'console',
  async run(bench) {
    if (programOf('chromium') === undefined) {
      if (process.env.CI !== undefined) throw new Error('chromium is not installed.');
      return [{ what: 'without chromium, which is not installed', figures: [0], unit: 'pages' }];
    }
    const shop = await openDeepShop(bench);
    const browser = await launchChromium();
    bench.after(() => browser.close());
    const page = await browser.newPage({ baseURL: shop.url, viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto('/console/');

    // The first visit of a page also loads and compiles its scripts.
    for (const each of WALK) await show(page, each);
    const quiet = await framesOn(page, bench.seconds);
    const [loaded] = await during(shop, bench.seconds * (WALK.length + 2), () =>
      framesOn(page, bench.seconds),
    );
    const [heap, perSecond] = await heapOnWalks(page, shop, bench);
    await shop.check();
    return [
      ...WALK.flatMap(({ name }, i): Finding[] => [
        {
          what: `between two frames on ${name}: 99 of 100 within`,
          figures: [statistics(loaded[i]!).p99],
          unit: 'ms',
          yardstick: { name: 'without events', figures: [statistics(quiet[i]!).p99] },
        },
        { what: `the longest on ${name}`, figures: [Math.max(...loaded[i]!)], unit: 'ms' },
      ]),
      growthOf('memory of scripts', heap, bench.minutes, `of walks at ${Math.round(perSecond)} events/s`),
      { what: 'memory of scripts after each walk', figures: heap, unit: 'MiB' },
    ];
  },
};

async function openDeepShop(bench: Bench): Promise<Shop> {
  const [batches, lines] = bench.isSmoke ? [100, 100] : [10_000, 1_000_000];
  const shop = await bench.openShop([
    ...plentyOf([DEEP, ...allSkus]),
    ...Array.from({ length: batches - 1 }, (_, day) => ({
      ...{ reference: `${DEEP}-${day}`, sku: DEEP, quantity: 10 },
      eta: new Date(Date.UTC(2030, 0, 1 + (day % 3_000))).toISOString().slice(0, 10),
    })),
  ]);
  await seedLines(shop.database, { sku: DEEP, reference: referenceOf(DEEP), prefix: 'past-', count: lines });
  await shop.database.query('vacuum (analyze)');
  await shop.settled();
  return shop;
}

/** Runs the work while events happen. @returns what it resolves with, and how many events happened each second */
async function during<Result>(
  shop: Shop,
  seconds: number,
  work: () => Promise<Result>,
): Promise<[Result, number]> {
  const spread = (n: number) => (n % 2 === 0 ? DEEP : allSkus[n % allSkus.length]!);
  const offering = shop.offer(spread, { perSecond: EVENTS_PER_SECOND, seconds });
  const result = await work();
  const { answers } = await offering;
  return [result, answers.get(201)!.numbers.length / seconds];
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
}

async function show(page: Page, { open }: (typeof WALK)[number]): Promise<void> {
  await open(page);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** The milliseconds between two frames, of each page in turn. */
async function framesOn(page: Page, seconds: number): Promise<number[][]> {
  const frames: number[][] = [];
  for (const each of WALK) {
    await show(page, each);
    frames.push(await page.evaluate(framesWithin, seconds * 1_000));
  }
  return frames;
}

/** Runs in the browser. */
function framesWithin(milliseconds: number): Promise<number[]> {
  const { requestAnimationFrame } = globalThis as unknown as {
    requestAnimationFrame: (next: (at: number) => void) => void;
  };
  return new Promise((resolve) => {
    const gaps: number[] = [];
    let [begun, before] = [0, 0];
    const frame = (at: number) => {
      if (before === 0) begun = at;
      else gaps.push(at - before);
      before = at;
      if (at - begun < milliseconds) requestAnimationFrame(frame);
      else resolve(gaps);
    };
    requestAnimationFrame(frame);
  });
}

/** What the scripts of the page hold in MiB after each walk, garbage not counted, and how many events happened each second. */
async function heapOnWalks(page: Page, shop: Shop, bench: Bench): Promise<[number[], number]> {
  const session = await page.context().newCDPSession(page);
  const seconds = Math.max(bench.minutes * 60, 1);
  return during(shop, seconds, async () => {
    const held: number[] = [];
    const end = performance.now() + seconds * 1_000;
    do {
      for (const each of WALK) {
        await show(page, each);
        await sleep(bench.isSmoke ? 0 : LOOK_MS);
      }
      held.push(await heapOf(session));
    } while (held.length < LEAST_WALKS || performance.now() < end);
    return held;
  });
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize / MIB;
}
