import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Cluster } from './cluster.js';
import { runFailoverTrial, type FailoverTrial } from './failover-trial.js';
import { PatroniCluster, type Replication } from './patroni-cluster.js';

/**
 * Schedules of `npm run chaos -- --cluster`, one after the other, since a cluster takes much of a machine.
 * @param folder that PostgreSQL's user may pass
 * @returns how many have failed
 */
export async function runFailoverSchedules(
  schedules: readonly { readonly seed: number; readonly seconds: number }[],
  folder: string,
  replication: Replication,
): Promise<number> {
  let failed = 0;
  for (const { seed, seconds } of schedules) {
    const where = join(folder, `seed-${seed}`);
    let cluster: Cluster<PatroniCluster> | null = null;
    let wrong: readonly string[];
    let words = '';
    try {
      cluster = await Cluster.start((inside) => PatroniCluster.start(inside, replication), where);
      const trial = await runFailoverTrial(cluster, where, { seed, seconds, replication });
      wrong = trial.wrong;
      words = wordsOf(trial);
    } catch (error) {
      wrong = [inspect(error)];
    } finally {
      await cluster?.stop();
    }
    process.stdout.write(`seed ${seed}, ${replication}: ${words}${wrong.length === 0 ? 'ok' : 'FAILED'}\n`);
    if (wrong.length === 0) {
      await rm(where, { recursive: true, force: true });
    } else {
      failed++;
      process.stdout.write(`${wrong.slice(0, 20).join('\n')}\nThe logs are in ${where}\n`);
    }
  }
  return failed;
}

function wordsOf({ outages, faults, ...counts }: FailoverTrial): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const failovers = outages.map(({ kind, lasts, longest, from, to }) => {
    const how = lasts > 0 ? ` for ${seconds(lasts)}` : '';
    return `  ${kind}${how} (${from} → ${to}): no write succeeded for ${seconds(longest)}\n`;
  });
  const { calls, unanswered, confirmed, lost, gone, events } = counts;
  return (
    `${outages.length} failovers and ${faults.length} other faults\n${failovers.join('')}` +
    `  ${calls} calls, ${unanswered} unanswered or 503; ${confirmed} writes confirmed, ${lost} of them lost; ` +
    `${events} events, ${gone} more were read and are gone; `
  );
}
