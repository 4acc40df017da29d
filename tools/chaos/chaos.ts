/**
 * Does every promise hold while everything breaks? Two instances of the service, PostgreSQL, a broker and a mail
 * server, each a process of its own; clients that ask at random; faults that come by a seeded schedule. In the end
 * all is started again, drains, and is checked.
 *
 *   npm run chaos                                     three schedules
 *   npm run chaos -- --schedules 100 --seed 1         a hundred, the seeds 1 to 100
 *   npm run chaos -- --seed 17                        this one again: its calls and faults, as far as time allows
 *   npm run chaos -- --seconds 20                     each for so long under faults, instead of 6: holds end after 10
 *   npm run chaos -- --regressions                    every schedule that has found a defect
 *   npm run chaos -- --cluster                        a schedule of 60 s on three PostgreSQL under Patroni, whose primary is
 *                                                     killed, frozen and cut off
 *   npm run chaos -- --cluster --asynchronous         the same without synchronous replication: counts what is lost
 *   npm run chaos -- --brokers                        a schedule of 60 s on three NATS servers, which are killed and frozen, and whose
 *                                                     consumer is deleted
 *
 * A line for each schedule; ends with 1 where any has failed, with what was wrong and the folder that keeps the logs
 * of all processes. A disk can be filled only where we may mount one (as root), and the broker go away where
 * nats-server is installed: else these faults do not come.
 *
 * Where to read on: trial.ts, then schedule.ts, faults.ts, clients.ts, calls.ts, pairs.ts, goods.ts, queues.ts, judgement.ts, checks.ts,
 * linearizable.ts, product-model.ts, order-model.ts, batch-model.ts.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { programOf } from '../../testing/program-of.js';
import { runBrokerSchedules } from './broker-chaos.js';
import { Cluster } from './cluster.js';
import { findClusterPrograms } from './cluster-programs.js';
import { runFailoverSchedules } from './failover-chaos.js';
import { makeTemplate, Postgres } from './postgres.js';
import { FAULTS, type FaultKind } from './schedule.js';
import { REGRESSIONS } from './seeds.js';
import { runTrial, type Trial } from './trial.js';

const { schedules, isOnCluster, isAsynchronous, isOfBrokers } = readArguments();
const folder = await mkdtemp(join(tmpdir(), 'earmark-chaos-'));
// PostgreSQL runs as another user where this one is root.
await chmod(folder, 0o711);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
if (isOnCluster) {
  const replication = isAsynchronous ? 'asynchronous' : 'synchronous';
  const count = await runFailoverSchedules(schedules, folder, replication);
  if (count === 0) await rm(folder, { recursive: true, force: true });
  process.exit(count === 0 ? 0 : 1);
}
const template = await makeTemplate(folder);
if (isOfBrokers) {
  const count = await runBrokerSchedules(schedules, template, folder);
  if (count === 0) await rm(folder, { recursive: true, force: true });
  process.exit(count === 0 ? 0 : 1);
}
const trials: Trial[] = [];
let failed = 0;
const start = (seed: number) => {
  const cluster = Cluster.start((where) => Postgres.start(template, where), folderOf(seed));
  // Whoever waits for it is told.
  cluster.catch(() => undefined);
  return cluster;
};
let upcoming: Promise<Cluster> | undefined;
for (const [i, { seed, seconds }] of schedules.entries()) {
  const startedAt = performance.now();
  const where = folderOf(seed);
  const cluster = upcoming ?? start(seed);
  upcoming = undefined;
  let wrong: readonly string[];
  let words = '';
  try {
    const trial = await runTrial(cluster, where, { seed, seconds }, () => {
      // Both wait most of the time.
      const next = schedules[i + 1];
      upcoming = next && start(next.seed);
    });
    trials.push(trial);
    wrong = trial.wrong;
    words = `${counted(trial.faults)}; ${trial.calls} calls, ${trial.unanswered} unanswered, ${trial.events} events; `;
    words += `${timed(trial.took)}; `;
  } catch (error) {
    wrong = [inspect(error)];
  }
  const took = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  process.stdout.write(`seed ${seed}: ${words}${took}; ${wrong.length === 0 ? 'ok' : 'FAILED'}\n`);
  if (wrong.length === 0) {
    await rm(where, { recursive: true, force: true });
  } else {
    failed++;
    process.stdout.write(`${wrong.slice(0, 20).join('\n')}\nThe logs are in ${where}\n`);
    process.stdout.write(
      `Keep it in tools/chaos/seeds.ts: { seed: ${seed}, seconds: ${seconds}, found: '…' }\n`,
    );
  }
}
process.stdout.write(`${summary()}\n`);
if (failed === 0) await rm(folder, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);

function folderOf(seed: number): string {
  return join(folder, `seed-${seed}`);
}

interface Schedule {
  readonly seed: number;
  /** For how long it goes on under faults. */
  readonly seconds: number;
}

interface Arguments {
  readonly schedules: readonly Schedule[];
  /** Of PostgreSQL, with failover. */
  readonly isOnCluster: boolean;
  readonly isAsynchronous: boolean;
  /** Of NATS. */
  readonly isOfBrokers: boolean;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: {
        schedules: { type: 'string' },
        seed: { type: 'string' },
        seconds: { type: 'string' },
        regressions: { type: 'boolean', default: false },
        cluster: { type: 'boolean', default: false },
        asynchronous: { type: 'boolean', default: false },
        brokers: { type: 'boolean', default: false },
      },
    });
    const number = (name: 'schedules' | 'seed' | 'seconds', usual: number) => {
      const number = Number(values[name] ?? usual);
      if (number > 0 && Number.isSafeInteger(number)) return number;
      throw new Error(`--${name} must be a whole number above 0.`);
    };
    const first = number('seed', 1);
    const { cluster: isOnCluster, asynchronous: isAsynchronous, brokers: isOfBrokers, regressions } = values;
    const isSpecial = isOnCluster || isOfBrokers;
    if (isAsynchronous && !isOnCluster) throw new Error('--asynchronous goes with --cluster.');
    if (isOnCluster && isOfBrokers) throw new Error('--brokers does not go with --cluster.');
    if (regressions && isSpecial) throw new Error('--regressions goes with neither --cluster nor --brokers.');
    if (isOnCluster) findClusterPrograms();
    if (isOfBrokers && programOf('nats-server') === undefined)
      throw new Error('--brokers needs nats-server.');
    const count = number('schedules', values.seed === undefined && !isSpecial ? 3 : 1);
    const usual = number('seconds', isSpecial ? 60 : 6);
    const schedules = regressions
      ? REGRESSIONS.map(({ seed, seconds = usual }) => ({ seed, seconds }))
      : Array.from({ length: count }, (_, i) => ({ seed: first + i, seconds: usual }));
    return { schedules, isOnCluster, isAsynchronous, isOfBrokers };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}

function counted(faults: readonly FaultKind[]): string {
  const counts = FAULTS.map((kind) => [kind, faults.filter((each) => each === kind).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`))
    .join(', ');
}

function timed(took: Trial['took']): string {
  return Object.entries(took)
    .map(([part, ms]) => `${part} ${(ms / 1_000).toFixed(1)} s`)
    .join(', ');
}

function summary(): string {
  const sum = (of: (trial: Trial) => number) => trials.reduce((total, trial) => total + of(trial), 0);
  const parts = Object.keys(trials[0]?.took ?? {});
  const means = parts.map((part): [string, number] => [
    part,
    sum(({ took }) => took[part] ?? 0) / trials.length,
  ]);
  return [
    `${schedules.length} schedules, ${failed} failed: ${sum(({ faults }) => faults.length)} faults (${counted(trials.flatMap(({ faults }) => faults))}),`,
    `${sum(({ calls }) => calls)} calls, ${sum(({ unanswered }) => unanswered)} of them unanswered,`,
    `${sum(({ histories }) => histories)} histories of ${sum(({ operations }) => operations)} operations, ${sum(({ events }) => events)} events`,
    `each took ${timed(Object.fromEntries(means))}`,
  ].join('\n');
}
