import { join } from 'node:path';
import { Cluster } from './cluster.js';
import type { Schedule, Verdict } from './play-in-turn.js';
import { Postgres } from './postgres.js';
import { FAULTS, type FaultKind } from './schedule.js';
import { runTrial, type Trial } from './trial.js';

/** The schedules of `npm run chaos` on one PostgreSQL. */
export class OnePostgresChaos {
  readonly #trials: Trial[] = [];
  /** Of the next schedule: both wait most of the time, so it is started beside the one that is played. */
  #upcoming: Promise<Cluster> | undefined;

  constructor(
    private readonly schedules: readonly Schedule[],
    private readonly folder: string,
    private readonly template: string,
  ) {}

  readonly play = async (schedule: Schedule, where: string): Promise<Verdict> => {
    const cluster = this.#upcoming ?? this.#start(where);
    this.#upcoming = undefined;
    const trial = await runTrial(cluster, where, schedule, () => {
      const next = this.schedules[this.schedules.indexOf(schedule) + 1];
      this.#upcoming = next && this.#start(join(this.folder, `seed-${next.seed}`));
    });
    this.#trials.push(trial);
    const { faults, calls, unanswered, events, took, wrong } = trial;
    const counts = `${calls} calls, ${unanswered} unanswered, ${events} events`;
    return { words: `${counted(faults)}; ${counts}; ${timed(took)}; `, wrong };
  };

  /** What all schedules have shown together, and what to do about those that have failed. */
  summary(failed: readonly Schedule[]): string {
    const trials = this.#trials;
    const sum = (of: (trial: Trial) => number) => trials.reduce((total, trial) => total + of(trial), 0);
    const parts = Object.keys(trials[0]?.took ?? {});
    const means = parts.map((part): [string, number] => [
      part,
      sum(({ took }) => took[part] ?? 0) / trials.length,
    ]);
    return [
      `${this.schedules.length} schedules, ${failed.length} failed: ${sum(({ faults }) => faults.length)} faults (${counted(trials.flatMap(({ faults }) => faults))}),`,
      `${sum(({ calls }) => calls)} calls, ${sum(({ unanswered }) => unanswered)} of them unanswered,`,
      `${sum(({ histories }) => histories)} histories of ${sum(({ operations }) => operations)} operations, ${sum(({ events }) => events)} events`,
      `each took ${timed(Object.fromEntries(means))}`,
      ...failed.map(
        ({ seed, seconds }) =>
          `Keep it in tools/chaos/seeds.ts: { seed: ${seed}, seconds: ${seconds}, found: '…' }`,
      ),
    ].join('\n');
  }

  #start(where: string): Promise<Cluster> {
    const cluster = Cluster.start((inside) => Postgres.start(this.template, inside), where);
    // A failure is reported by the schedule that awaits it, which may not have begun yet.
    cluster.catch(() => undefined);
    return cluster;
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
