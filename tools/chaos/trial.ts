import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, eventuallySucceeds } from '../../testing/eventually.js';
import { isAnswered, isDone } from './answers.js';
import { OPENING_STOCK, type Call } from './calls.js';
import { runClients, record, type Recorded } from './clients.js';
import type { Cluster, Database } from './cluster.js';
import { injectFaults } from './faults.js';
import { isAboutGoods } from './goods.js';
import { judge, type Judgement } from './judgement.js';
import { HOLD_SECONDS, PAIR_STOCK, PAIRS } from './pairs.js';
import { OPENING_POLICIES, QUEUE_STOCK } from './queues.js';
import { scheduleOf, type FaultKind } from './schedule.js';

/** Milliseconds. */
const HOLDS_LIMIT = 5_000;

/** What came of one schedule. */
export interface Trial extends Judgement {
  readonly faults: readonly FaultKind[];
  /** Milliseconds of each of its parts. */
  readonly took: Readonly<Record<string, number>>;
}

/**
 * Plays the schedule of the seed on a fresh cluster, and checks all that was seen and all that is left.
 * @param folder of the cluster, which keeps what is needed to find out what went wrong
 * @param onQuiet called when nothing is left to do but to wait for holds to end
 */
export async function runTrial(
  starting: Promise<Cluster>,
  folder: string,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
  onQuiet: () => void,
): Promise<Trial> {
  const took: Record<string, number> = {};
  let since = performance.now();
  const lap = (part: string) => {
    const now = performance.now();
    took[part] = (took[part] ?? 0) + now - since;
    since = now;
  };
  const cluster = await starting;
  try {
    lap('start');
    const opening = await open(cluster);
    const end = new AbortController();
    const asking = runClients(seed, cluster.urls, end.signal);
    const [faults] = await Promise.all([
      injectFaults(cluster, scheduleOf(seed, seconds)),
      wait(seconds * 1_000),
    ]).finally(() => end.abort());
    const calls = [...opening, ...(await asking)];
    lap('faults');
    await cluster.heal();
    lap('healing');
    calls.push(...(await askAgain(cluster, calls)), ...(await showOrders(cluster, calls)));
    onQuiet();
    await holdsHaveEnded(cluster);
    calls.push(...(await showOrders(cluster, calls)));
    await cluster.heal();
    lap('end of holds');
    const { evidence, ...judgement } = await judge(cluster, calls);
    lap('checks');
    if (judgement.wrong.length > 0) await writeFile(join(folder, 'evidence.json'), JSON.stringify(evidence));
    return { faults, took, ...judgement };
  } finally {
    await cluster.stop();
    lap('stop');
  }
}

export async function open(cluster: Cluster<Database>): Promise<Recorded[]> {
  const agent = new Agent();
  const recorded: Recorded[] = [];
  const stock = [...OPENING_STOCK, ...PAIR_STOCK, ...QUEUE_STOCK];
  const registrations = stock.map((registration): Call => ({ ask: 'register', ...registration }));
  for (const call of [...registrations, ...OPENING_POLICIES]) {
    // The first call may find the instance still busy; the same again is safe.
    await eventually(`it is done: ${JSON.stringify(call)}`, async () => {
      const outcome = await record(agent, cluster.urls[0]!, call);
      if (outcome) recorded.push(outcome);
      return outcome !== null && isDone(outcome);
    });
  }
  return recorded;
}

/** Rule 16: who got no answer asks again under the same name, and is told what has become of it. */
export async function askAgain(cluster: Cluster<Database>, calls: readonly Recorded[]): Promise<Recorded[]> {
  const lost = calls.filter((recorded) => isAboutGoods(recorded.call) && !isAnswered(recorded));
  return askAll(
    cluster,
    lost.map(({ call }) => call),
  );
}

/** Every order and every pair, once nobody changes them any more. */
export async function showOrders(
  cluster: Cluster<Database>,
  calls: readonly Recorded[],
): Promise<Recorded[]> {
  const orderIds = new Set(calls.flatMap(({ call }) => (call.ask === 'put order' ? call.orderId : [])));
  const asked = [
    ...[...orderIds].map((orderId) => ({ ask: 'show whole order' as const, orderId })),
    ...PAIRS.map((pair) => ({ ask: 'show pair' as const, pair })),
  ];
  return askAll(cluster, asked);
}

async function askAll(cluster: Cluster<Database>, calls: readonly Call[]): Promise<Recorded[]> {
  const agent = new Agent();
  const recorded: Recorded[] = [];
  for (const call of calls) {
    const outcome = await record(agent, cluster.urls[0]!, call);
    if (outcome) recorded.push(outcome);
  }
  return recorded;
}

/** Rule 11: also the last hold, of whoever has gone, ends by the clock, and its event comes by itself. */
export async function holdsHaveEnded(cluster: Cluster<Database>): Promise<void> {
  const database = await cluster.postgres.connect();
  try {
    await eventuallySucceeds(
      'no hold is left',
      async () => {
        const { rows } = await database.query<{ left: string }>(
          `select (select count(*) from allocation.line where expires_at is not null)
                  + (select count(*) from allocation.backorder where expires_at is not null) as left`,
        );
        return Number(rows[0]!.left) === 0;
      },
      HOLD_SECONDS * 1_000 + HOLDS_LIMIT,
    );
  } finally {
    await database.end();
  }
}
