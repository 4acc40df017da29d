import { availableParallelism } from 'node:os';
import { boundsOf, type Bounds } from '../bounds.js';
import type { Finding } from '../report.js';
import { processorOf, rates } from '../rounds.js';
import type { Sample } from '../sample.js';
import type { Bench, Scenario } from '../scenario.js';
import { DOINGS, watchSessions, type Seen } from '../sessions.js';
import { plentyOf } from '../shop.js';
import { allSkus, HOT, onOne, uniformly, type Spread } from '../stock.js';
import { othersEnded, readMarks, reportedFlushes, writtenSince, type Written } from '../wal.js';

const PROCESSES = [1, 2, 4, 8];
const LOADS: Readonly<Record<string, Spread>> = { 'one hot SKU': onOne(HOT), '1,000 SKUs alike': uniformly };
const MOST_ROUNDS = 3;
/** Processors of larger machines. */
const LARGER = [8, 16];

/**
 * What bounds one PostgreSQL: what a call takes of it, and what its sessions wait for, with more and more processes. They are
 * instances, to which connections are dealt out evenly; with `WEB_CONCURRENCY` Node deals them out, unevenly. Bounds of larger
 * machines come from those that have a processor each: others hold their locks while they wait for one.
 */
export const writers: Scenario = {
  name: 'writers',
  async run(bench) {
    const findings: Finding[] = [];
    const rounds: Record<string, Round[]> = {};
    const processors = availableParallelism();
    for (const processes of bench.isSmoke ? [2] : PROCESSES) {
      for (const [what, spread] of Object.entries(LOADS)) {
        const measured = await measure(bench, processes, spread);
        findings.push(
          ...findingsOf(`${processes} ${processes === 1 ? 'process' : 'processes'}, ${what}`, measured),
        );
        if (processes <= processors || bench.isSmoke) (rounds[what] ??= []).push(...measured.rounds);
      }
    }
    return [...findings, ...Object.entries(rounds).flatMap(([what, all]) => boundsAsFindings(what, all))];
  },
};

interface Round {
  readonly sample: Sample;
  readonly seen: Seen;
  readonly written: Written;
}

interface Measured {
  readonly rounds: readonly Round[];
  /** For each commit of a group, in all rounds; null: the server does not count them. */
  readonly flushes: number | null;
}

/** Each has a database of its own, and ends with its processes, so that their sessions report all that they have flushed. */
async function measure(bench: Bench, instances: number, spread: Spread): Promise<Measured> {
  const shop = await bench.openShop(plentyOf([HOT, ...allSkus]), { instances });
  const how = { connections: bench.connections, seconds: bench.seconds, startsConnected: true };
  const flushesBefore = await reportedFlushes(shop.database);
  const begun = await readMarks(shop.database);
  const all: Omit<Round, 'sample'>[] = [];
  const load = async () => {
    const before = await readMarks(shop.database);
    const { result, seen } = await watchSessions(shop.databaseUrl, () => shop.allocate(spread, how));
    // What the readers of the log write belongs to the calls.
    await shop.settled();
    all.push({ seen, written: await writtenSince(shop.database, before) });
    return result;
  };
  const measured = await bench.alternate({ load }, { rounds: Math.min(MOST_ROUNDS, bench.rounds) });
  await shop.check();
  const { commits } = await writtenSince(shop.database, begun);
  await shop.stopProducts();
  await othersEnded(shop.database);
  const flushes = await reportedFlushes(shop.database);
  return {
    // Those before were there to warm up.
    rounds: all.slice(-measured.load.length).map((round, i) => ({ ...round, sample: measured.load[i]! })),
    flushes: flushes === null ? null : (flushes - flushesBefore!) / commits,
  };
}

function findingsOf(what: string, { rounds, flushes }: Measured): Finding[] {
  const samples = rounds.map(({ sample }) => sample);
  const finding = (name: string, unit: string, figure: (round: Round) => number): Finding => ({
    what: `${what}: ${name}`,
    figures: rounds.map(figure),
    unit,
  });
  return [
    { what, figures: rates(samples), unit: '/s' },
    ...processorOf(what, samples),
    finding('calls for each commit', '', ({ sample, written }) => sample.count / written.commits),
    finding('WAL for each call', 'bytes', ({ sample, written }) => written.walBytes / sample.count),
    ...(flushes === null ? [] : [{ what: `${what}: flushes for each commit`, figures: [flushes], unit: '' }]),
    finding('lock of the log is held', '% of the time', ({ seen }) => seen.logLocked),
    finding('lock of the log is held for each commit', 'ms', heldMs),
    finding('sessions with a transaction', '', ({ seen }) => seen.sessions),
    ...DOINGS.map((doing) => finding(`of these ${doing}`, '%', ({ seen }) => seen.shares[doing])),
  ];
}

/** By Little's law: the share of the time in which it is held is how often it is taken times how long it is held. */
const heldMs = ({ seen, written }: Round) =>
  ((seen.logLocked / 100) * seen.seconds * 1_000) / written.commits;

function boundsAsFindings(what: string, rounds: readonly Round[]): Finding[] {
  const all = rounds.map(({ sample, seen }) =>
    boundsOf({
      perSecond: sample.count / seen.seconds,
      processor: sample.processor ?? null,
      logLocked: seen.logLocked,
      rowWaited: seen.looks['wait for a row'],
      flushing: seen.looks['flush the WAL'],
    }),
  );
  const finding = (name: string, bound: (bounds: Bounds) => number | undefined): Finding[] => {
    const figures = all.flatMap((bounds) => bound(bounds) ?? []).filter(Number.isFinite);
    return figures.length === 0 ? [] : [{ what: `${what}, most by ${name}`, figures, unit: '/s' }];
  };
  return [
    ...finding('the lock of the log', ({ log }) => log),
    ...(what === 'one hot SKU' ? finding('the row of the SKU', ({ row }) => row) : []),
    ...finding('flushes', ({ flush }) => flush),
    ...LARGER.flatMap((count) => finding(`${count} processors`, ({ processors }) => processors(count))),
  ];
}
