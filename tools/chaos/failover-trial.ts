import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runClients, type Recorded } from './clients.js';
import type { Cluster } from './cluster.js';
import { confirmedWrites, lostWrites, outagesOf, type Outage } from './failover-checks.js';
import { injectFailovers, type FailoverRecord } from './failover-faults.js';
import { failoversOf, faultsAround } from './failover-schedule.js';
import { injectFaults } from './faults.js';
import { judge, type Judgement } from './judgement.js';
import { readLog } from './log.js';
import { checkFollowed, goneFrom, LogFollower } from './log-follower.js';
import type { PatroniCluster, Replication } from './patroni-cluster.js';
import type { FaultKind } from './schedule.js';
import { checkTables } from './table-checks.js';
import { askAgain, holdsHaveEnded, open, showOrders } from './trial.js';

/** For how long clients go on when the cluster is whole again. */
const AFTERWARDS_MS = 3_000;
/** See `runClients`. */
const LONGEST_REST_MS = 4_000;

interface Schedule {
  readonly seed: number;
  readonly seconds: number;
  readonly replication: Replication;
}

/** What came of one schedule of failovers. */
export interface FailoverTrial extends Omit<Judgement, 'histories' | 'operations'> {
  readonly faults: readonly FaultKind[];
  readonly outages: readonly Outage[];
  /** Writes that were confirmed, and those of them that are not in the log. */
  readonly confirmed: number;
  readonly lost: number;
  /** Events that a reader outside was given and that are not in the log. */
  readonly gone: number;
}

/**
 * Plays the schedule of the seed on a fresh cluster. Without synchronous replication, writes and events may be lost: these are
 * counted, and only what is left must be free of contradictions.
 */
export async function runFailoverTrial(
  cluster: Cluster<PatroniCluster>,
  folder: string,
  schedule: Schedule,
): Promise<FailoverTrial> {
  const opening = await open(cluster);
  const follower = LogFollower.start(cluster.urls);
  try {
    return await play(cluster, folder, schedule, opening, follower);
  } finally {
    follower.stop();
  }
}

async function play(
  cluster: Cluster<PatroniCluster>,
  folder: string,
  { seed, seconds, replication }: Schedule,
  opening: readonly Recorded[],
  follower: LogFollower,
): Promise<FailoverTrial> {
  const [lastFailover, end] = [new AbortController(), new AbortController()];
  const asking = runClients(seed, cluster.urls, end.signal, LONGEST_REST_MS);
  const failing = injectFailovers(cluster.postgres, failoversOf(seed), lastFailover.signal);
  const around = injectFaults(cluster, faultsAround(seed, seconds));
  const isOver = Promise.all([wait(seconds * 1_000), around]).finally(() => lastFailover.abort());
  // The clients go on until writes succeed again.
  let failovers: readonly FailoverRecord[];
  try {
    [failovers] = await Promise.all([failing, isOver]);
    await wait(AFTERWARDS_MS);
  } finally {
    end.abort();
  }
  const calls = [...opening, ...(await asking)];
  await cluster.heal();
  const isSafe = replication === 'synchronous';
  if (isSafe) {
    calls.push(...(await askAgain(cluster, calls)), ...(await showOrders(cluster, calls)));
    await holdsHaveEnded(cluster);
    calls.push(...(await showOrders(cluster, calls)));
    await cluster.heal();
  }
  // A reader whose cursor is past the end of a log that lost events would wait for ever.
  await Promise.race([follower.end(), wait(isSafe ? 30_000 : 5_000)]);
  const database = await cluster.postgres.connect();
  const events = await readLog(database);
  const contradictions = await checkTables(database);
  await database.end();
  const lost = lostWrites(calls, events);
  const missing = failovers.length === 0 ? ['no failover came'] : [];
  const base = {
    faults: await around,
    outages: outagesOf(calls, failovers),
    confirmed: confirmedWrites(calls).length,
    lost: lost.length,
    gone: goneFrom(follower.events, events).length,
  };
  if (!isSafe) {
    const unanswered = calls.filter(({ reply }) => reply === null || reply.status === 503).length;
    const wrong = [...missing, ...contradictions];
    return { ...base, calls: calls.length, unanswered, events: events.length, wrong };
  }
  const { evidence, ...judgement } = await judge(cluster, calls);
  const wrong = [
    ...missing,
    ...lost.map(({ call }) => `${JSON.stringify(call)} was confirmed and is not in the log`),
    ...checkFollowed(follower.events, events),
    ...judgement.wrong,
  ];
  if (wrong.length > 0)
    await writeFile(join(folder, 'evidence.json'), JSON.stringify({ ...evidence, failovers }));
  return { ...base, ...judgement, wrong };
}
