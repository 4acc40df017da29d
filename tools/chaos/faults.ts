import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster, Database } from './cluster.js';
import { Postgres } from './postgres.js';
import type { Fault, FaultKind } from './schedule.js';

/** What a fault takes hold of: two faults of the same thing come one after the other. */
function targetOf({ kind, instance }: Fault): string {
  switch (kind) {
    case 'kill postgres':
    case 'crash backend':
    case 'freeze postgres':
    case 'fill disk':
      return 'postgres';
    case 'kill instance':
    case 'freeze instance':
    case 'clock jumps':
      return `instance ${instance}`;
    case 'cut connections':
    case 'strand connections':
    case 'stall connections':
      return `wire ${instance}`;
    case 'broker away':
    case 'mail away':
      return kind;
  }
}

/**
 * Lets the faults come as they are scheduled; resolves, with those that came, once the last one has ended.
 */
export async function injectFaults(
  cluster: Cluster<Database>,
  schedule: readonly Fault[],
): Promise<FaultKind[]> {
  const busy = new Map<string, Promise<void>>();
  const come: FaultKind[] = [];
  const all = schedule.map(async (fault) => {
    await wait(fault.at);
    const target = targetOf(fault);
    const turn = (busy.get(target) ?? Promise.resolve()).then(async () => {
      if (await inflict(cluster, fault)) come.push(fault.kind);
    });
    busy.set(
      target,
      turn.catch(() => undefined),
    );
    await turn;
  });
  const results = await Promise.allSettled(all);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return come;
}

/** False if such a fault is not possible on this machine, or with this database. */
async function inflict(cluster: Cluster<Database>, fault: Fault): Promise<boolean> {
  const { postgres } = cluster;
  const { kind } = fault;
  if (!isOnPostgres(kind)) return inflictAroundPostgres(cluster, kind, fault);
  return postgres instanceof Postgres && inflictOnPostgres(postgres, kind, fault);
}

const ON_POSTGRES = ['kill postgres', 'crash backend', 'freeze postgres', 'fill disk'] as const;
type OnPostgres = (typeof ON_POSTGRES)[number];
const isOnPostgres = (kind: FaultKind): kind is OnPostgres =>
  (ON_POSTGRES as readonly FaultKind[]).includes(kind);

async function inflictOnPostgres(postgres: Postgres, kind: OnPostgres, { lasts }: Fault): Promise<boolean> {
  switch (kind) {
    case 'kill postgres':
      await postgres.kill();
      await wait(lasts / 3);
      await postgres.ensureRunning();
      break;
    case 'crash backend':
      postgres.crashBackend();
      break;
    case 'freeze postgres':
      postgres.signal('SIGSTOP');
      await wait(lasts);
      postgres.signal('SIGCONT');
      break;
    case 'fill disk': {
      if (!postgres.hasDisk) return false;
      const { free } = await postgres.fillDisk();
      await wait(lasts);
      await free();
      // A full disk may well have ended it.
      await postgres.ensureRunning();
      break;
    }
  }
  return true;
}

async function inflictAroundPostgres(
  cluster: Cluster<Database>,
  kind: Exclude<FaultKind, OnPostgres>,
  { lasts, instance, jump }: Fault,
): Promise<boolean> {
  const { nats, mail } = cluster;
  const wire = cluster.wires[instance]!;
  const service = cluster.instances[instance]!;
  switch (kind) {
    case 'kill instance':
      service.kill();
      break;
    case 'freeze instance':
      service.signal('SIGSTOP');
      await wait(lasts);
      service.signal('SIGCONT');
      break;
    case 'cut connections':
      wire.cut();
      break;
    case 'strand connections': {
      const { letGo } = wire.strand();
      await wait(lasts);
      letGo();
      break;
    }
    case 'stall connections': {
      const { resume } = wire.stall();
      await wait(lasts);
      resume();
      break;
    }
    case 'broker away':
      if (!nats) return false;
      await nats.kill();
      await wait(lasts);
      await nats.ensureRunning();
      break;
    case 'mail away':
      await mail.stop();
      await wait(lasts);
      await mail.ensureRunning();
      break;
    case 'clock jumps':
      service.setClock(jump);
      break;
  }
  return true;
}
