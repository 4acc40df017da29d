import { setTimeout as wait } from 'node:timers/promises';
import type { Failover, FailoverKind } from './failover-schedule.js';
import type { PatroniCluster } from './patroni-cluster.js';
import type { PatroniNode } from './patroni-node.js';

/** For how long nothing reaches the standbys; less than `wal_sender_timeout`, and than etcd takes to elect another leader. */
const AHEAD_MS = 1_500;

/** Something that was done to a node. Times are milliseconds of the monotonic clock. */
export interface FailoverRecord {
  readonly kind: FailoverKind;
  /** How long what was done lasted; 0 if it was over at once. */
  readonly lasts: number;
  readonly startedAt: number;
  /** When the cluster was whole again. */
  readonly wholeAt: number;
  readonly from: string;
  /** Who led after that. */
  readonly to: string;
}

/** One after the other, until the signal is given; resolves, with those that came, once the cluster is whole again. */
export async function injectFailovers(
  cluster: PatroniCluster,
  schedule: readonly Failover[],
  until: AbortSignal,
): Promise<FailoverRecord[]> {
  const records: FailoverRecord[] = [];
  for (const failover of schedule) {
    await wait(failover.after, undefined, { signal: until }).catch(() => undefined);
    if (until.aborted) break;
    const leader = await cluster.leader();
    const node = failover.kind.endsWith('standby') ? await cluster.syncStandby() : leader;
    if (!leader || !node) continue;
    const startedAt = performance.now();
    const came = await inflict(cluster, node, failover);
    if (!came) continue;
    await wait(lastsOf(failover));
    await cluster.ensureRunning();
    records.push({
      kind: failover.kind,
      lasts: lastsOf(failover),
      startedAt,
      wholeAt: performance.now(),
      from: leader.name,
      to: (await cluster.leader())?.name ?? 'none',
    });
  }
  return records;
}

/** What is over at once: Patroni itself starts again what was ended. */
const AT_ONCE: ReadonlySet<FailoverKind> = new Set<FailoverKind>([
  'kill primary',
  'crash session of primary',
  'restart primary',
  'switch over',
  'kill standby',
]);

const lastsOf = ({ kind, lasts }: Failover) => (AT_ONCE.has(kind) ? 0 : lasts);

/** False if such a fault is not possible on this machine. */
async function inflict(cluster: PatroniCluster, node: PatroniNode, { kind }: Failover): Promise<boolean> {
  switch (kind) {
    case 'lose primary ahead of standbys': {
      const standbys = cluster.nodes.filter((each) => each !== node);
      const areCutOff = await Promise.all(standbys.map((standby) => standby.cutOff()));
      if (areCutOff.includes(false)) {
        await Promise.all(standbys.map((standby) => standby.putBack()));
        return false;
      }
      await wait(AHEAD_MS);
      // What its kernel has yet to send is lost as well.
      await Promise.all([node.cutOff(), node.killAll()]);
      await Promise.all(standbys.map((standby) => standby.putBack()));
      break;
    }
    case 'kill primary':
    case 'kill standby':
      await node.killPostgres();
      break;
    case 'crash session of primary':
      node.crashBackend();
      break;
    case 'freeze primary':
    case 'freeze standby':
      node.freeze();
      break;
    case 'cut off primary':
    case 'cut off standby':
      return node.cutOff();
    case 'kill Patroni of primary':
      node.killPatroni();
      break;
    case 'lose machine of primary':
      await node.killAll();
      break;
    case 'restart primary':
      await node.ask('/restart', {});
      break;
    case 'switch over':
      await node.ask('/switchover', { leader: node.name });
      break;
  }
  return true;
}
