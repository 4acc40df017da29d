import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';

export interface Schedule {
  readonly seed: number;
  /** For how long it goes on under faults. */
  readonly seconds: number;
}

/** What a schedule has shown. */
export interface Verdict {
  /** What happened, for its line. */
  readonly words: string;
  /** Empty: every promise held. */
  readonly wrong: readonly string[];
}

/** How a schedule is played; `where` is a folder for what its processes keep and log. */
export type Play = (schedule: Schedule, where: string) => Promise<Verdict>;

/**
 * Plays schedules one after the other, and prints a line for each.
 * @param folder keeps the logs of those that have failed
 * @returns those that have failed
 */
export async function playInTurn(
  schedules: readonly Schedule[],
  folder: string,
  play: Play,
): Promise<readonly Schedule[]> {
  const failed: Schedule[] = [];
  for (const schedule of schedules) {
    const startedAt = performance.now();
    const where = join(folder, `seed-${schedule.seed}`);
    const { words, wrong } = await play(schedule, where).catch((error: unknown) => ({
      words: '',
      wrong: [inspect(error)],
    }));
    const took = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
    process.stdout.write(`seed ${schedule.seed}: ${words}${took}; ${wrong.length === 0 ? 'ok' : 'FAILED'}\n`);
    if (wrong.length === 0) {
      await rm(where, { recursive: true, force: true });
    } else {
      failed.push(schedule);
      process.stdout.write(`${wrong.slice(0, 20).join('\n')}\nThe logs are in ${where}\n`);
    }
  }
  if (failed.length === 0) await rm(folder, { recursive: true, force: true });
  return failed;
}
