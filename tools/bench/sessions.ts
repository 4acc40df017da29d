import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Look } from './look.js';

/**
 * What a session with a transaction under way may be doing. Every order of a load is new, so that an advisory lock that one waits for is
 * that of the log.
 */
const PATTERNS = {
  'wait for a row': /^Lock:(transactionid|tuple)$/i,
  'wait for the lock of the log': /^Lock:advisory$/i,
  'flush the WAL': /^(IO:Wal|LWLock:WALWrite$)/i,
  'wait for the service': /^Client:ClientRead$/i,
  work: /^$/,
} as const;

export type Doing = keyof typeof PATTERNS | 'wait for something else';

export const DOINGS: readonly Doing[] = [...(Object.keys(PATTERNS) as Doing[]), 'wait for something else'];

/** What sessions did, by all looks. */
export interface Seen {
  readonly seconds: number;
  /** In how many of a hundred looks the lock of the log was held. */
  readonly logLocked: number;
  /** Sessions with a transaction under way, on average. */
  readonly sessions: number;
  /** In how many of a hundred looks at least one session did so. */
  readonly looks: Readonly<Record<Doing, number>>;
  /** How many of a hundred of these sessions did so. */
  readonly shares: Readonly<Record<Doing, number>>;
}

/** Does the work, and looks at the sessions of a database meanwhile. */
export async function watchSessions<Result>(
  databaseUrl: string,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly seen: Seen }> {
  const watch = new Worker(new URL('session-watch.js', import.meta.url), { workerData: databaseUrl });
  try {
    await once(watch, 'message');
    const begunAt = performance.now();
    const result = await work();
    const seconds = (performance.now() - begunAt) / 1_000;
    watch.postMessage('end');
    const [looks] = (await once(watch, 'message')) as [readonly Look[]];
    return { result, seen: { seconds, ...summed(looks) } };
  } finally {
    await watch.terminate();
  }
}

/** @param looks at least one */
export function summed(looks: readonly Look[]): Omit<Seen, 'seconds'> {
  const counted = looks.map(({ waits }) => countDoings(waits));
  const inSum = (count: (doings: ReadonlyMap<Doing, number>) => number) =>
    counted.reduce((sum, each) => sum + count(each), 0);
  const sessions = inSum((each) => [...each.values()].reduce((sum, count) => sum + count, 0));
  const ofEach = (share: (doing: Doing) => number) =>
    Object.fromEntries(DOINGS.map((doing) => [doing, 100 * share(doing)])) as Record<Doing, number>;
  return {
    logLocked: (100 * looks.filter(({ isLogLocked }) => isLogLocked).length) / looks.length,
    sessions: sessions / looks.length,
    looks: ofEach((doing) => inSum((each) => (each.has(doing) ? 1 : 0)) / looks.length),
    shares: ofEach((doing) => inSum((each) => each.get(doing) ?? 0) / Math.max(1, sessions)),
  };
}

function countDoings(waits: Look['waits']): ReadonlyMap<Doing, number> {
  const counts = new Map<Doing, number>();
  for (const [wait, sessions] of Object.entries(waits)) {
    const doing = doingOf(wait);
    counts.set(doing, (counts.get(doing) ?? 0) + sessions);
  }
  return counts;
}

function doingOf(wait: string): Doing {
  for (const [doing, pattern] of Object.entries(PATTERNS)) if (pattern.test(wait)) return doing as Doing;
  return 'wait for something else';
}
