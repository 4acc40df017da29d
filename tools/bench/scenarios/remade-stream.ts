import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  jetstream,
  jetstreamManager,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { connect, errors, headers } from '@nats-io/transport-node';
import { Nats } from '../../chaos/external-servers.js';
import { HONEST, honest, told } from '../honest.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import type { Shop } from '../shop.js';
import { referenceOf } from '../stock.js';

const CHANNEL = 'change_batch_quantity';
const STREAM = `earmark_${CHANNEL}`;
/** Between two messages of a producer. */
const PAUSE_MS = 10;
/** Longer than all messages take. */
const LONG_S = 300;
const PLENTY = 2_000_000_000;

/** A message that was acknowledged by the server: the quantity that it sets, and when it was on its way. */
interface Sent {
  readonly quantity: number;
  readonly begunAt: number;
  readonly ackedAt: number;
}

/** Sets the quantity of a batch of its own, to another one with each message. */
interface Producer {
  readonly sku: string;
  readonly sent: Sent[];
  /** undefined: its messages have none. */
  readonly nextId?: () => Promise<string>;
}

/**
 * A producer without ids and one whose ids look like those that we make, while the stream is deleted under them, empty
 * and not, and made again. Throws unless each message that was acknowledged is applied once and in order. Only those may
 * be missing that were still in a stream when it was deleted.
 */
export const remadeStream: Scenario = {
  name: 'remade-stream',
  async run(bench) {
    const nats = await Nats.start(join(await bench.newFolder(), 'nats'));
    if (nats === null) {
      if (process.env.CI !== undefined) throw new Error('nats-server is not installed.');
      return [{ what: 'without nats-server, which is not installed', figures: [0], unit: 'messages' }];
    }
    bench.after(() => nats.kill());
    const connection = await connect({ servers: nats.url });
    bench.after(() => connection.close());
    const stock = [HONEST, 'WITHOUT-IDS', 'WITH-OUR-IDS'].map((sku) => ({
      reference: referenceOf(sku),
      sku,
      quantity: PLENTY,
    }));
    const shop = await bench.openShop(stock, { settings: { NATS_URL: nats.url } });
    const manager = await jetstreamManager(connection);
    await isThere(manager);
    const findings: Finding[] = [];
    const alone = await honest(shop, bench);
    findings.push(...told('no messages', alone, await shop.products[0]!.residentMemory()));

    const done = new AbortController();
    const others = honest(shop, { seconds: LONG_S }, done.signal);
    const count = bench.isSmoke ? 24 : 240;
    const producers: Producer[] = [
      { sku: 'WITHOUT-IDS', sent: [] },
      { sku: 'WITH-OUR-IDS', sent: [], nextId: idsLikeOurs(shop) },
    ];
    const deletions: Deletion[] = [];
    const remake = async () => {
      await sentBy(producers, count / 3);
      deletions.push(await deleteEmpty(manager));
      await sentBy(producers, (count * 2) / 3);
      deletions.push(await deleteAsItIs(manager));
    };
    const send = (producer: Producer) => produce(jetstream(connection), producer, count);
    await Promise.race([
      others,
      Promise.all([remake(), ...producers.map(send)])
        .then(() => isRead(manager))
        .finally(() => done.abort()),
    ]);
    const what = 'messages come in while their stream is made again twice';
    findings.push(...told(what, await others, await shop.products[0]!.residentMemory()));
    await shop.check();
    const deleted: number[] = [];
    for (const producer of producers) deleted.push(await checkApplied(shop, producer, deletions));
    return [
      ...findings,
      { what: `${what}: acknowledged`, figures: [count, count], unit: 'messages of a producer' },
      { what: `${what}: of these, deleted with the stream`, figures: deleted, unit: 'messages' },
    ];
  },
};

/** Sends each message until the server has acknowledged it. */
async function produce(
  client: JetStreamClient,
  { sku, sent, nextId }: Producer,
  count: number,
): Promise<void> {
  for (let quantity = PLENTY - 1; sent.length < count; quantity--) {
    const labels = headers();
    if (nextId) labels.set('Nats-Msg-Id', await nextId());
    const body = JSON.stringify({ batchref: referenceOf(sku), qty: quantity });
    for (let isSent = false; !isSent; await sleep(PAUSE_MS)) {
      const begunAt = performance.now();
      isSent = await client.publish(CHANNEL, body, { headers: labels }).then(({ duplicate }) => {
        if (duplicate) throw new Error(`The server has suppressed a message of ${sku}.`);
        return true;
      }, isNotThere);
      if (isSent) sent.push({ quantity, begunAt, ackedAt: performance.now() });
    }
  }
}

/** Passes over that nobody takes the message while there is no stream. */
function isNotThere(error: unknown): false {
  const { cause } = error as Error;
  if (cause instanceof errors.RequestError && cause.isNoResponders()) return false;
  throw error;
}

/**
 * Ids of every shape that was ever ours, each another one: places of the stream that are to come, with and without our
 * marks, and those that were made for the messages of others.
 */
function idsLikeOurs({ database }: Shop): () => Promise<string> {
  const used = new Set<string>();
  let place = 0;
  return async () => {
    place++;
    const shapes = [`${STREAM}:${place}`, `@${STREAM}:${place}:${Date.now()}000000`, `@@${STREAM}:${place}`];
    const shape = shapes[place % 4];
    if (shape !== undefined) return shape;
    const { rows } = await database.query<{ id: string }>(
      `select message_id as id from broker.inbox where message_id like '@earmark%'
        order by received_at desc limit 1`,
    );
    const id = rows[0]?.id;
    if (id === undefined || used.has(id)) return `@${STREAM}:${place}`;
    used.add(id);
    return id;
  };
}

/** When a stream was deleted, and whether messages may have been in it. */
interface Deletion {
  readonly begunAt: number;
  readonly endedAt: number;
  readonly isEmpty: boolean;
}

/** As an operator does it who wants to lose nothing: no new messages, and those that are there are waited for. */
async function deleteEmpty(manager: JetStreamManager): Promise<Deletion> {
  await manager.streams.update(STREAM, { subjects: [`closed.${CHANNEL}`] });
  await isRead(manager);
  return { ...(await deleteAsItIs(manager)), isEmpty: true };
}

async function deleteAsItIs(manager: JetStreamManager): Promise<Deletion> {
  const begunAt = performance.now();
  await manager.streams.delete(STREAM);
  const endedAt = performance.now();
  await isThere(manager);
  return { begunAt, endedAt, isEmpty: false };
}

async function isRead(manager: JetStreamManager): Promise<void> {
  while ((await manager.streams.info(STREAM)).state.messages > 0) await sleep(PAUSE_MS);
}

/** Resolves once the product has made the stream. */
async function isThere(manager: JetStreamManager): Promise<void> {
  const look = () =>
    manager.streams.info(STREAM).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
      throw error;
    });
  while ((await look()) === null) await sleep(PAUSE_MS);
}

async function sentBy(producers: readonly Producer[], count: number): Promise<void> {
  while (producers.some(({ sent }) => sent.length < count)) await sleep(PAUSE_MS);
}

/** How many messages went with a stream. Throws if another one is missing, or one was applied twice or too late. */
async function checkApplied(
  { database }: Shop,
  { sku, sent }: Producer,
  deletions: readonly Deletion[],
): Promise<number> {
  const { rows } = await database.query<{ quantity: number }>(
    `select (data ->> 'quantity')::int as quantity from event_log.event
      where type = 'BatchQuantityChanged' and key = $1 order by position`,
    [sku],
  );
  const applied = rows.map(({ quantity }) => quantity);
  // Each message sets less than the one before.
  const astray = applied.find((quantity, i) => i > 0 && quantity >= applied[i - 1]!);
  if (astray !== undefined) throw new Error(`A message of ${sku} was applied twice or too late: ${astray}.`);
  const known = new Set(applied);
  const missing = sent.filter(({ quantity }) => !known.has(quantity));
  for (const message of missing) {
    const isDeleted = deletions.some(
      ({ isEmpty, begunAt, endedAt }) =>
        !isEmpty &&
        message.begunAt < endedAt &&
        // The stream is read in order: what came after it and before the deletion was not read either.
        !sent.some(
          (later) => later.begunAt > message.ackedAt && later.ackedAt < begunAt && known.has(later.quantity),
        ),
    );
    if (!isDeleted) throw new Error(`A message of ${sku} was acknowledged and lost: ${message.quantity}.`);
  }
  const { rowCount: kept } = await database.query('select from broker.dead_letter');
  if (kept !== 0) throw new Error(`${kept} messages were not applied but kept.`);
  return missing.length;
}
