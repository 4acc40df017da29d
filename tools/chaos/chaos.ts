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
 * Where to read on: one-postgres-chaos.ts, trial.ts, then schedule.ts, faults.ts, clients.ts, calls.ts, pairs.ts, goods.ts, queues.ts, judgement.ts, checks.ts,
 * linearizable.ts, product-model.ts, order-model.ts, batch-model.ts.
 */
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programOf } from '../../testing/program-of.js';
import { onNatsCluster } from './broker-chaos.js';
import { findClusterPrograms } from './cluster-programs.js';
import { onPatroni } from './failover-chaos.js';
import { OnePostgresChaos } from './one-postgres-chaos.js';
import { playInTurn, type Play, type Schedule } from './play-in-turn.js';
import { makeTemplate } from './postgres.js';
import { REGRESSIONS } from './seeds.js';

const { schedules, isOnCluster, isAsynchronous, isOfBrokers } = readArguments();
const folder = await mkdtemp(join(tmpdir(), 'earmark-chaos-'));
// PostgreSQL runs as another user where this one is root.
await chmod(folder, 0o711);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
if (isOnCluster) await end(onPatroni(isAsynchronous ? 'asynchronous' : 'synchronous'));
const template = await makeTemplate(folder);
if (isOfBrokers) await end(onNatsCluster(template));
const chaos = new OnePostgresChaos(schedules, folder, template);
await end(chaos.play, (failed) => chaos.summary(failed));

/** Plays all schedules; exits with 1 if any has failed. */
async function end(play: Play, summary?: (failed: readonly Schedule[]) => string): Promise<never> {
  const failed = await playInTurn(schedules, folder, play);
  if (summary) process.stdout.write(`${summary(failed)}\n`);
  process.exit(failed.length === 0 ? 0 : 1);
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
