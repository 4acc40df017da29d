import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../testing/eventually.js';
import type { NatsCluster, NatsServer } from '../../testing/nats-cluster.js';
import type { BrokerFault, BrokerFaultKind } from './broker-schedule.js';

const [OUTGOING, INCOMING, CONSUMER] = [
  'earmark_line_allocated',
  'earmark_change_batch_quantity',
  'earmark',
] as const;
/** Milliseconds until three servers that run have leaders again, on a machine that has other things to do. */
const WHOLE_LIMIT = 90_000;

/** One after the other, until the signal is given; resolves, with those that came, once the cluster is whole again. */
export async function injectBrokerFaults(
  nats: NatsCluster,
  schedule: readonly BrokerFault[],
  until: AbortSignal,
): Promise<BrokerFaultKind[]> {
  const come: BrokerFaultKind[] = [];
  for (const fault of schedule) {
    await wait(fault.after, undefined, { signal: until }).catch(() => undefined);
    if (until.aborted) break;
    const frozen = await inflict(nats, fault);
    come.push(fault.kind);
    if (fault.kind !== 'delete consumer') await wait(fault.lasts);
    for (const server of frozen) server.signal('SIGCONT');
    await nats.ensureRunning();
    await isWhole(nats);
  }
  return come;
}

export async function isWhole(nats: NatsCluster): Promise<void> {
  const leaders = () =>
    Promise.all([nats.leaderOf(OUTGOING), nats.leaderOf(INCOMING), nats.leaderOf(INCOMING, CONSUMER)]);
  await eventually(
    'the streams and the consumer have leaders',
    async () => !(await leaders()).includes(null),
    WHOLE_LIMIT,
  );
}

/** @returns the servers that are frozen */
async function inflict(nats: NatsCluster, { kind, server }: BrokerFault): Promise<readonly NatsServer[]> {
  const { servers } = nats;
  const leader = async (stream: string, consumer?: string) =>
    (await nats.leaderOf(stream, consumer)) ?? servers[server]!;
  switch (kind) {
    case 'kill leader of outgoing stream':
      await (await leader(OUTGOING)).kill();
      break;
    case 'kill leader of incoming stream':
      await (await leader(INCOMING)).kill();
      break;
    case 'kill leader of consumer':
      await (await leader(INCOMING, CONSUMER)).kill();
      break;
    case 'kill a server':
      await servers[server]!.kill();
      break;
    case 'kill two servers':
      await Promise.all(servers.filter((_, i) => i !== server).map((each) => each.kill()));
      break;
    case 'kill all servers':
      await nats.kill();
      break;
    case 'freeze leader of outgoing stream':
      return [freeze(await leader(OUTGOING))];
    case 'freeze leader of consumer':
      return [freeze(await leader(INCOMING, CONSUMER))];
    case 'delete consumer':
      await (await nats.manager()).consumers.delete(INCOMING, CONSUMER).catch(() => undefined);
      break;
  }
  return [];
}

function freeze(server: NatsServer): NatsServer {
  server.signal('SIGSTOP');
  return server;
}
