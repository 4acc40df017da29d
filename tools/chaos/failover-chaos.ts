import { Cluster } from './cluster.js';
import { runFailoverTrial, type FailoverTrial } from './failover-trial.js';
import { PatroniCluster, type Replication } from './patroni-cluster.js';
import type { Play } from './play-in-turn.js';

/** How a schedule of `npm run chaos -- --cluster` is played, in a folder that PostgreSQL's user may pass. */
export const onPatroni =
  (replication: Replication): Play =>
  async ({ seed, seconds }, where) => {
    const cluster = await Cluster.start((inside) => PatroniCluster.start(inside, replication), where);
    try {
      const trial = await runFailoverTrial(cluster, where, { seed, seconds, replication });
      return { words: `${replication}: ${wordsOf(trial)}`, wrong: trial.wrong };
    } finally {
      await cluster.stop();
    }
  };

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
