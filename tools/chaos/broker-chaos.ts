import { rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../testing/eventually.js';
import { NatsCluster } from '../../testing/nats-cluster.js';
import { isDone } from './answers.js';
import { injectBrokerFaults, isWhole } from './broker-faults.js';
import { BROKER_FAULTS, brokerFaultsOf, type BrokerFaultKind } from './broker-schedule.js';
import { checkApplied, Sender } from './broker-sender.js';
import { checkMessages } from './checks.js';
import { record, runClients } from './clients.js';
import { Cluster } from './cluster.js';
import { readMessages } from './external-servers.js';
import { readLog } from './log.js';
import { Postgres } from './postgres.js';
import type { Play, Schedule } from './play-in-turn.js';
import { open } from './trial.js';

const CONFIG = new URL('../../../deploy/nats/nats.conf', import.meta.url);
/** What the messages change, of a product that no client asks for. */
const BATCH = { reference: 'batch of messages', sku: 'RUG', quantity: 1_000, eta: null };
/** Milliseconds until what NATS has taken is applied, once it is whole. */
const APPLIED_LIMIT = 120_000;

/**
 * How a schedule of `npm run chaos -- --brokers` is played: a cluster of three NATS servers under load, whose servers are killed
 * and frozen, and whose consumer is deleted.
 */
export const onNatsCluster =
  (template: string): Play =>
  async (schedule, where) => {
    const trial = await runBrokerTrial(schedule, template, where);
    const { published, repeated, applied, wrong } = trial;
    const counts = `${published} messages published, ${repeated} of them again; ${applied} applied`;
    return { words: `${counted(trial.faults)}; ${counts}; `, wrong };
  };

interface BrokerTrial {
  readonly faults: readonly BrokerFaultKind[];
  readonly published: number;
  /** Messages that stand in the stream more than once. */
  readonly repeated: number;
  readonly applied: number;
  readonly wrong: readonly string[];
}

async function runBrokerTrial(schedule: Schedule, template: string, where: string): Promise<BrokerTrial> {
  const folder = `${where}-nats`;
  const nats = await NatsCluster.start(folder, CONFIG);
  try {
    const startDatabase = (inside: string) => Postgres.start(template, inside);
    const cluster = await Cluster.start(startDatabase, where, () => Promise.resolve(nats));
    try {
      return await play(cluster, nats, schedule);
    } finally {
      await cluster.stop();
    }
  } finally {
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(cluster: Cluster, nats: NatsCluster, { seed, seconds }: Schedule): Promise<BrokerTrial> {
  await open(cluster);
  const registered = await record(new Agent(), cluster.urls[0]!, { ask: 'register', ...BATCH });
  if (!registered || !isDone(registered)) throw new Error('the batch of the messages was not registered');
  await isWhole(nats);
  const [lastFault, end] = [new AbortController(), new AbortController()];
  const asking = runClients(seed, cluster.urls, end.signal);
  const sender = Sender.start(await nats.connect(), BATCH.reference);
  let faults: readonly BrokerFaultKind[];
  try {
    const failing = injectBrokerFaults(nats, brokerFaultsOf(seed), lastFault.signal);
    await wait(seconds * 1_000);
    lastFault.abort();
    faults = await failing;
  } finally {
    end.abort();
  }
  await asking;
  const sent = await sender.end();
  const database = await cluster.postgres.connect();
  try {
    await eventually(
      'every message is applied',
      async () => checkApplied(await readLog(database), BATCH.reference, sent).length === 0,
      APPLIED_LIMIT,
    ).catch(() => undefined);
    await cluster.heal();
    const [events, messages] = [await readLog(database), await readMessages(nats)];
    const different = new Set(messages.map(({ id }) => id)).size;
    return {
      faults,
      published: different,
      repeated: messages.length - different,
      applied: sent,
      wrong: [...checkMessages(messages, events), ...checkApplied(events, BATCH.reference, sent)],
    };
  } finally {
    await database.end();
  }
}

const counted = (faults: readonly BrokerFaultKind[]): string =>
  BROKER_FAULTS.map((kind) => [kind, faults.filter((each) => each === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');
