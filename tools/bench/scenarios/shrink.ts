import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import { seedLines } from '../seed.js';
import { plentyOf, type Shop } from '../shop.js';
import { HOT, onOne } from '../stock.js';

const OTHERS = 64;
const MOST_ROUNDS = 3;

/** A delivery is lost, and all that was promised of it moves to another one, while others go on shopping. */
export const shrink: Scenario = {
  name: 'shrink',
  async run(bench) {
    const sizes = bench.isSmoke ? [10, 1_000] : [10, 1_000, 50_000];
    const rounds = Math.min(MOST_ROUNDS, bench.rounds);
    const moves = Array.from({ length: rounds }, (_, round) =>
      sizes.map((count) => new Move(count, round)),
    ).flat();
    const shop = await bench.openShop([...plentyOf([HOT]), ...moves.flatMap(({ batches }) => batches)]);
    for (const { sku, from, count } of moves) {
      await seedLines(shop.database, { sku, reference: from, prefix: `${sku}-`, count });
    }
    await shop.database.query('vacuum (analyze)');
    if (!bench.isSmoke) await shop.allocate(onOne(HOT), { connections: OTHERS, seconds: bench.seconds });

    const undisturbed: number[] = [];
    for (const move of moves) {
      const calm = await shop.allocate(onOne(HOT), { connections: OTHERS, seconds: 0.5 });
      undisturbed.push(calm.longestPause);
      await move.measure(shop);
    }
    for (const { to, count } of moves) await holdsAll(shop, to, count);
    await shop.check();

    const of = (count: number) => moves.filter((move) => move.count === count);
    const times = (count: number) => of(count).map(({ milliseconds }) => milliseconds);
    const findings = sizes.flatMap((count, i): Finding[] => {
      const fewer = sizes[i - 1];
      const busy = of(count).reduce((sum, { busyAnswers }) => sum + busyAnswers, 0);
      const what = `shrink that moves ${count.toLocaleString('en')} lines`;
      return [
        {
          what,
          figures: times(count),
          unit: 'ms',
          point: { curve: 'until the answer', x: count, axis: 'lines that a shrink moves' },
          ...(fewer !== undefined && {
            yardstick: {
              name: `${count / fewer} × that of ${fewer}`,
              figures: times(fewer).map((time) => (time * count) / fewer),
            },
            goal: { atMost: 1 },
          }),
          ...(busy > 0 && { note: `answered 503 busy ${busy} times before it was done` }),
        },
        {
          what: `${what}: longest stall of the others`,
          figures: of(count).map(({ stall }) => stall),
          unit: 'ms',
          point: { curve: 'stall of the others', x: count, axis: 'lines that a shrink moves' },
        },
      ];
    });
    return [...findings, { what: 'longest stall without a shrink', figures: undisturbed, unit: 'ms' }];
  },
};

class Move {
  readonly sku: string;
  readonly from: string;
  readonly to: string;
  milliseconds = NaN;
  stall = NaN;
  busyAnswers = 0;

  constructor(
    readonly count: number,
    round: number,
  ) {
    this.sku = `LOST-${count}-${round}`;
    this.from = `${this.sku}-A`;
    this.to = `${this.sku}-B`;
  }

  get batches() {
    return [this.from, this.to].map((reference) => ({ reference, sku: this.sku, quantity: this.count }));
  }

  async measure(shop: Shop): Promise<void> {
    const done = new AbortController();
    const others = shop.allocate(onOne(HOT), { connections: OTHERS, seconds: 300, until: done.signal });
    await Promise.race([others, sleep(200)]);
    const startedAt = performance.now();
    await this.#shrink(shop.url).finally(() => done.abort());
    this.milliseconds = performance.now() - startedAt;
    this.stall = (await others).longestPause;
  }

  async #shrink(url: string): Promise<void> {
    for (;;) {
      const response = await fetch(`${url}/v1/batches/${this.from}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: '{"quantity":0}',
      });
      const answer = await response.text();
      if (response.status === 200) return;
      if (response.status !== 503)
        throw new Error(`The shrink was answered with ${response.status}: ${answer}`);
      this.busyAnswers++;
      await sleep(100);
    }
  }
}

async function holdsAll({ database }: Shop, reference: string, count: number): Promise<void> {
  const { rows } = await database.query<{ count: number }>(
    'select count(*)::int from allocation.line where batch_reference = $1',
    [reference],
  );
  if (rows[0]!.count !== count)
    throw new Error(`Batch ${reference} holds ${rows[0]!.count} of the ${count} lines that moved.`);
}
