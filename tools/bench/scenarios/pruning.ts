import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { pruneLog } from '../../../src/platform/retention/prune.js';
import { growthOf } from '../growth.js';
import { rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { HOT, onOne } from '../stock.js';

const MOST_ROUNDS = 3;
/** As the service pauses between two portions. */
const PAUSE_MS = 200;
const LOOKS = 60;

/**
 * Old events are deleted as fast as new ones come: every event is old here as soon as it is stored. What that takes from the
 * allocations, whether the deletion falls behind, and whether the table of the log grows all the same.
 */
export const pruning: Scenario = {
  name: 'pruning',
  async run(bench) {
    const stock = plentyOf([HOT]);
    const whole = await bench.openShop(stock);
    const shop = await bench.openShop(stock);
    const log = await AgingLog.open(shop);
    bench.after(() => log.close());
    const how = { connections: bench.connections, seconds: bench.seconds };

    const measured = await bench.alternate(
      {
        pruned: () => log.prunedDuring(() => shop.allocate(onOne(HOT), how)),
        whole: () => whole.allocate(onOne(HOT), how),
      },
      { rounds: Math.min(MOST_ROUNDS, bench.rounds) },
    );
    const { behind } = log;

    const seconds = bench.minutes * 60;
    const sizes: number[] = [];
    const sampled = setInterval(
      () => void log.mebibytes().then((size) => sizes.push(size)),
      (seconds * 1_000) / LOOKS,
    );
    const { perSecond } = await log.prunedDuring(() => shop.allocate(onOne(HOT), { ...how, seconds }));
    clearInterval(sampled);

    await whole.check();
    await log.check();
    return [
      {
        what: 'one hot SKU while old events are deleted',
        figures: rates(measured.pruned),
        unit: '/s',
        yardstick: { name: 'without deletion', figures: rates(measured.whole) },
        goal: { atLeast: 0.9 },
      },
      { what: 'old events left after each load', figures: behind, unit: 'events' },
      growthOf('the log on disk', sizes, bench.minutes, `at ${Math.round(perSecond)}/s`),
    ];
  },
};

/** The log of a shop, in which each event is two days old from the beginning, also those that are there already. */
class AgingLog {
  /** After each load: as many as the deletion was behind. */
  readonly behind: number[] = [];
  #pruned = 0;

  private constructor(
    private readonly shop: Shop,
    private readonly owner: DataSource,
    private readonly eventsBefore: number,
  ) {}

  static async open(shop: Shop): Promise<AgingLog> {
    const owner = await new DataSource({ type: 'postgres', url: shop.databaseUrl }).initialize();
    await owner.query(
      `alter table event_log.event alter occurred_at set default clock_timestamp() - interval '2 days'`,
    );
    await owner.query(`update event_log.event set occurred_at = occurred_at - interval '2 days'`);
    return new AgingLog(shop, owner, await countEvents(owner));
  }

  /** Deletes as the service does while the load lasts, and what is left afterwards. */
  async prunedDuring<Result>(load: () => Promise<Result>): Promise<Result> {
    const abort = new AbortController();
    const pruned = this.#pruneUntil(abort.signal);
    const result = await load().finally(() => abort.abort());
    await pruned;
    await this.shop.settled();
    const before = this.#pruned;
    while ((await this.#prune()) > 0);
    this.behind.push(this.#pruned - before);
    return result;
  }

  async mebibytes(): Promise<number> {
    const [row] = await this.owner.query<{ size: string }[]>(
      `select pg_total_relation_size('event_log.event') as size`,
    );
    return Number(row!.size) / 2 ** 20;
  }

  /** Throws unless each line is there, and each event but the newest was deleted. */
  async check(): Promise<void> {
    const allocated = await this.shop.checkLines();
    const left = await countEvents(this.owner);
    const events = left + this.#pruned - this.eventsBefore;
    if (events !== allocated)
      throw new Error(`${allocated} lines were allocated, and ${events} events came.`);
    if (left !== 1) throw new Error(`${left} events were left.`);
  }

  async close(): Promise<void> {
    await this.owner.destroy();
  }

  async #pruneUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#prune();
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #prune(): Promise<number> {
    const pruned = Number(await pruneLog(this.owner.manager, 1));
    this.#pruned += pruned;
    return pruned;
  }
}

async function countEvents(database: DataSource): Promise<number> {
  const [row] = await database.query<{ count: number }[]>(
    'select count(*)::int as count from event_log.event',
  );
  return row!.count;
}
