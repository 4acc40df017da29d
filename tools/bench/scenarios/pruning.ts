import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { addPartition } from '../../../src/kernel/event-log/partitions.js';
import { dropOldPartition, pruneLog } from '../../../src/platform/retention/prune.js';
import { growthOf } from '../growth.js';
import { rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { HOT, onOne } from '../stock.js';

const MOST_ROUNDS = 3;
/** As the service pauses between two portions. */
const PAUSE_MS = 200;
const LOOKS = 60;
/** Events in a partition: so few that several are dropped in each load. The service has ten million at least. */
const WIDTH = 20_000;

/**
 * Old events go as fast as new ones come: every event is old here as soon as it is stored. In one shop they are deleted in
 * portions, as in the partition that is written to; in another their partitions are dropped. What that takes from the
 * allocations, whether it falls behind, and whether the log grows on disk all the same.
 */
export const pruning: Scenario = {
  name: 'pruning',
  async run(bench) {
    const stock = plentyOf([HOT]);
    const whole = await bench.openShop(stock);
    const [deleting, dropping] = [await bench.openShop(stock), await bench.openShop(stock)];
    const deleted = await AgingLog.open(deleting, deleteEvents);
    bench.after(() => deleted.close());
    const dropped = await AgingLog.open(dropping, dropPartition);
    bench.after(() => dropped.close());
    await dropped.narrowPartitions();
    const how = { connections: bench.connections, seconds: bench.seconds };

    const measured = await bench.alternate(
      {
        dropped: () => dropped.prunedDuring(() => dropping.allocate(onOne(HOT), how)),
        deleted: () => deleted.prunedDuring(() => deleting.allocate(onOne(HOT), how)),
        whole: () => whole.allocate(onOne(HOT), how),
      },
      { rounds: Math.min(MOST_ROUNDS, bench.rounds) },
    );
    const [behindDropped, behindDeleted] = [dropped.behind, deleted.behind];

    const seconds = bench.minutes * 60;
    const sizes: number[] = [];
    const sampled = setInterval(
      () => void dropped.mebibytes().then((size) => sizes.push(size)),
      (seconds * 1_000) / LOOKS,
    );
    const { perSecond } = await dropped.prunedDuring(() =>
      dropping.allocate(onOne(HOT), { ...how, seconds }),
    );
    clearInterval(sampled);

    await whole.check();
    await deleted.checkDeleted();
    await dropped.checkDropped();
    const yardstick = { name: 'without deletion', figures: rates(measured.whole) };
    return [
      {
        what: 'one hot SKU while partitions are dropped',
        figures: rates(measured.dropped),
        unit: '/s',
        yardstick,
        goal: { atLeast: 0.9 },
      },
      {
        what: 'one hot SKU while events are deleted',
        figures: rates(measured.deleted),
        unit: '/s',
        yardstick,
        goal: { atLeast: 0.9 },
      },
      { what: 'old events left after each load, partitions dropped', figures: behindDropped, unit: 'events' },
      { what: 'old events left after each load, events deleted', figures: behindDeleted, unit: 'events' },
      growthOf('the log on disk', sizes, bench.minutes, `at ${Math.round(perSecond)}/s`),
    ];
  },
};

/** @returns how many events or partitions went; more may be left */
type Prune = (owner: DataSource) => Promise<number>;

const deleteEvents: Prune = async ({ manager }) => Number(await pruneLog(manager, 1));

const dropPartition: Prune = async ({ manager }) => {
  await addPartition(manager);
  return (await dropOldPartition(manager, 1)) === null ? 0 : 1;
};

/** The log of a shop, in which each event is two days old from the beginning, also those that are there already. */
class AgingLog {
  /** After each load: as many as the deletion was behind. */
  readonly behind: number[] = [];
  #pruned = 0;

  private constructor(
    private readonly shop: Shop,
    private readonly owner: DataSource,
    private readonly prune: Prune,
    private readonly eventsBefore: number,
  ) {}

  static async open(shop: Shop, prune: Prune): Promise<AgingLog> {
    const owner = await new DataSource({ type: 'postgres', url: shop.databaseUrl }).initialize();
    await owner.query(
      `alter table event_log.event alter occurred_at set default clock_timestamp() - interval '2 days'`,
    );
    await owner.query(`update event_log.event set occurred_at = occurred_at - interval '2 days'`);
    return new AgingLog(shop, owner, prune, await countEvents(owner));
  }

  /** Lets the next events, and all that follow, go to partitions of `WIDTH` events. */
  async narrowPartitions(): Promise<void> {
    const [add] = await this.owner.query<{ sql: string }[]>(
      `select pg_get_functiondef('event_log.add_partition'::regproc) as sql`,
    );
    await this.owner.query(add!.sql.replace(/DEFAULT \d+/, `DEFAULT ${WIDTH}`));
    // Those that the service has added are for ten million events each: the next events come behind them.
    await this.owner.query(
      `select setval('event_log.event_position_seq', max(last)) from event_log.partition`,
    );
    await addPartition(this.owner.manager);
  }

  /** Prunes as the service does while the load lasts, and what is left afterwards. */
  async prunedDuring<Result>(load: () => Promise<Result>): Promise<Result> {
    const abort = new AbortController();
    const pruned = this.#pruneUntil(abort.signal);
    const result = await load().finally(() => abort.abort());
    await pruned;
    await this.shop.settled();
    const before = await countEvents(this.owner);
    while ((await this.#prune()) > 0);
    this.behind.push(before - (await countEvents(this.owner)));
    return result;
  }

  async mebibytes(): Promise<number> {
    const [row] = await this.owner.query<{ size: string }[]>(
      `select sum(pg_total_relation_size(relid)) as size from pg_partition_tree('event_log.event')`,
    );
    return Number(row!.size) / 2 ** 20;
  }

  /** Throws unless each line is there, and each event but the newest was deleted. */
  async checkDeleted(): Promise<void> {
    const allocated = await this.shop.checkLines();
    const left = await countEvents(this.owner);
    const events = left + this.#pruned - this.eventsBefore;
    if (events !== allocated)
      throw new Error(`${allocated} lines were allocated, and ${events} events came.`);
    if (left !== 1) throw new Error(`${left} events were left.`);
  }

  /** Throws unless each line is there, and the partitions of all events but the newest were dropped. */
  async checkDropped(): Promise<void> {
    await this.shop.checkLines();
    const left = await countEvents(this.owner);
    if (left > WIDTH) throw new Error(`${left} events were left.`);
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
    const pruned = await this.prune(this.owner);
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
