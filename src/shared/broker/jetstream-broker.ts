import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type StreamConfig,
} from '@nats-io/jetstream';
import {
  connect,
  headers,
  nanos,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { Unreachable } from '../subscriptions/subscriber.js';
import { beginningOf, tellBecause } from '../unit-of-work/cause.js';
import { backOff } from '../unit-of-work/retry.js';
import type { Broker, OutgoingMessage, Receive } from './broker.js';

/** The name of our durable consumer on the stream of each channel that comes in. */
const CONSUMER = 'earmark';
/** After which a message goes to another instance, because the one that had it may be dead. */
const ACK_WAIT_MS = 10_000;
/** For how long the server knows a message id again: longer than it takes to start again after a crash. */
const DUPLICATE_WINDOW_MS = 2 * 60_000;
/** A day's consumer outage must not cost a message; a week's fills the disk. */
const KEPT_MS = 7 * 24 * 3_600_000;
const LONGEST_PAUSE_MS = 10_000;
/** How long the server may keep us waiting for a message before we ask again. */
const PULL_MS = 30_000;
/** How often it says meanwhile that it still knows of us: after two silences we ask anew. */
const HEARTBEAT_MS = 2_000;
/** The server's code for a message that does not follow the one it names. */
const WRONG_LAST_MESSAGE = 10_070;

export interface ChannelNames {
  readonly outgoing: readonly string[];
  readonly incoming: readonly string[];
}

/**
 * NATS JetStream: a durable stream for each channel. A message's subject is its channel and the ordering key:
 * `line_allocated.SMALL-TABLE`. What comes in is acknowledged after our transaction has committed.
 */
export class JetStreamBroker implements Broker {
  readonly name = 'jetstream';
  readonly #options: NodeConnectionOptions;
  /** Where it is, without what opens it. */
  readonly #place: string;
  readonly #channels: ChannelNames;
  readonly #logger = new Logger('NATS');
  readonly #stopping = new AbortController();
  readonly #pulling = new Set<ConsumerMessages>();
  #connection: NatsConnection | null = null;
  #isConnected = false;
  /** The client, once every stream and consumer is seen to be there; asked for again after a reconnect. */
  #ready: Promise<JetStreamClient> | null = null;
  #opening: Promise<void> = Promise.resolve();
  #receiving: Promise<unknown> = Promise.resolve();

  constructor(urls: string, channels: ChannelNames) {
    this.#options = optionsOf(urls);
    this.#place = `NATS at ${[this.#options.servers].flat().join(', ')}`;
    this.#channels = channels;
  }

  open(receive: Receive): void {
    this.#opening = this.#connect();
    this.#receiving = Promise.all(
      this.#channels.incoming.map((channel) => this.#keepReceiving(channel, receive)),
    );
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    try {
      const client = await this.#client();
      for (const channel of this.#channels.outgoing) {
        await publishInOrder(
          client,
          messages.filter((message) => message.channel === channel),
        );
      }
    } catch (error) {
      // Someone may have removed the stream.
      this.#ready = null;
      throw error instanceof Unreachable ? error : new Unreachable(this.#place, error);
    }
  }

  async stopReceiving(): Promise<void> {
    this.#stopping.abort();
    this.#endPulls();
    await this.#receiving;
  }

  async close(): Promise<void> {
    await this.#opening;
    await this.#connection?.close();
  }

  /** Connects for good: from then on the client reconnects by itself, to whichever server of the cluster is there. */
  async #connect(): Promise<void> {
    for (let attempt = 1; !this.#stopping.signal.aborted && !this.#connection; attempt++) {
      try {
        this.#connection = await connect(this.#options);
      } catch (error) {
        if (attempt === 1) this.#tell('cannot be reached, will keep trying', error);
        await this.#pause(attempt);
      }
    }
    if (this.#connection) void this.#follow(this.#connection);
  }

  async #follow(connection: NatsConnection): Promise<void> {
    this.#isConnected = true;
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        this.#isConnected = false;
        this.#ready = null;
        this.#endPulls();
        if (!this.#stopping.signal.aborted) this.#logger.warn(`${this.#place} is away, will keep trying`);
      } else if (type === 'reconnect') {
        this.#isConnected = true;
        this.#logger.log(`${this.#place} is back`);
      }
    }
  }

  async #client(): Promise<JetStreamClient> {
    if (!this.#connection || !this.#isConnected) throw new Unreachable(this.#place, 'not connected');
    this.#ready ??= this.#prepare(this.#connection);
    return this.#ready;
  }

  async #prepare(connection: NatsConnection): Promise<JetStreamClient> {
    const manager = await jetstreamManager(connection);
    const replicas = connection.info?.cluster ? 3 : 1;
    for (const channel of this.#channels.outgoing) {
      // Other systems read it, each at its own pace.
      await ensureStream(manager, channel, { num_replicas: replicas, max_age: nanos(KEPT_MS) });
    }
    for (const channel of this.#channels.incoming) {
      // Only we read it: a message stays until we have acknowledged it.
      await ensureStream(manager, channel, { num_replicas: replicas, retention: RetentionPolicy.Workqueue });
      await ensureConsumer(manager, channel);
    }
    return jetstream(connection);
  }

  async #keepReceiving(channel: string, receive: Receive): Promise<void> {
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      try {
        const client = await this.#client();
        attempt = 0;
        await this.#receive(client, channel, receive);
      } catch (error) {
        if (!(error instanceof Unreachable)) this.#tell(`gives us no ${channel}, will keep trying`, error);
      }
      this.#ready = null;
      await this.#pause(attempt);
    }
  }

  /**
   * Ends when we stop or the connection does.
   * One pull for each message, as only one may be under way: the client's endless pull does not always find the
   * consumer again after the server that led it has died.
   * @throws Error when the stream, its consumer or the server that leads it is gone
   */
  async #receive(client: JetStreamClient, channel: string, receive: Receive): Promise<void> {
    const consumer = await client.consumers.get(streamOf(channel), CONSUMER);
    while (this.#isConnected && !this.#stopping.signal.aborted) {
      const messages = await consumer.fetch({
        max_messages: 1,
        expires: PULL_MS,
        idle_heartbeat: HEARTBEAT_MS,
      });
      this.#pulling.add(messages);
      if (this.#stopping.signal.aborted) messages.stop();
      try {
        for await (const message of messages) await this.#hand(message, channel, receive);
      } finally {
        this.#pulling.delete(messages);
      }
    }
  }

  #endPulls(): void {
    for (const messages of this.#pulling) messages.stop();
  }

  async #hand(message: JsMsg, channel: string, receive: Receive): Promise<void> {
    const { headers, data: body, info } = message;
    const given = headers?.get('Nats-Msg-Id') ?? '';
    const id = given === '' ? `${info.stream}:${info.streamSequence}` : given;
    const traceparent = headers?.get('traceparent');
    try {
      await receive({ broker: this.name, channel, id, body, attempt: info.deliveryCount, traceparent });
      message.ack();
    } catch (error) {
      tellBecause(beginningOf(traceparent, id), () =>
        this.#tell(`: a message of ${channel} has to come again`, error),
      );
      message.nak(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** info.deliveryCount));
    }
  }

  async #pause(attempt: number): Promise<void> {
    await wait(backOff(attempt), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #tell(what: string, error: unknown): void {
    this.#logger.warn(`${this.#place} ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Publishes without waiting for one before the next, and in order all the same: the first one goes alone, and
 * each of the others names the one that it follows, so that the server refuses whatever comes after one that
 * was lost on the way. What was refused without a loss, because the server was not yet sure of the one before,
 * goes again from there. A message that the server has already is taken for published.
 */
async function publishInOrder(client: JetStreamClient, messages: readonly OutgoingMessage[]): Promise<void> {
  const publish = ({ id, channel, key, body, traceparent }: OutgoingMessage, follows?: OutgoingMessage) => {
    const labels = headers();
    labels.set('Ordering-Key', key);
    if (traceparent) labels.set('traceparent', traceparent);
    return client.publish(`${channel}.${asToken(key)}`, body, {
      msgID: id,
      headers: labels,
      ...(follows && { expect: { lastMsgID: follows.id } }),
    });
  };
  for (let rest = messages; rest[0];) {
    await publish(rest[0]);
    const others = rest.slice(1);
    const results = await Promise.allSettled(others.map((message, i) => publish(message, rest[i])));
    const at = results.findIndex(({ status }) => status === 'rejected');
    const refused = results[at];
    if (refused?.status !== 'rejected') return;
    if (!isApiError(refused.reason, WRONG_LAST_MESSAGE)) throw refused.reason;
    rest = others.slice(at);
  }
}

/** An ordering key as the last token of a subject: percent-encoded, for it may hold dots, spaces and wildcards. */
export function asToken(key: string): string {
  return encodeURIComponent(key).replace(
    /[.*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const streamOf = (channel: string): string => `earmark_${channel}`;

/** Makes the stream where there is none; one that is there stays as an operator may have changed it. */
async function ensureStream(
  manager: JetStreamManager,
  channel: string,
  config: Partial<StreamConfig>,
): Promise<void> {
  const name = streamOf(channel);
  try {
    await manager.streams.info(name);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.StreamNotFound)) throw error;
    await manager.streams.add({
      name,
      subjects: [channel, `${channel}.>`],
      storage: StorageType.File,
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      ...config,
    });
  }
}

async function ensureConsumer(manager: JetStreamManager, channel: string): Promise<void> {
  try {
    await manager.consumers.info(streamOf(channel), CONSUMER);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(streamOf(channel), {
      durable_name: CONSUMER,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // One at a time, over all instances: a message that has to come again would be overtaken otherwise.
      max_ack_pending: 1,
    });
  }
}

const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;

/** The client takes what opens the door apart from where it is. The first address speaks for all of them. */
function optionsOf(urls: string): NodeConnectionOptions {
  const servers = urls.split(',').map((url) => new URL(url.trim()));
  const { username, password, protocol } = servers[0]!;
  return {
    name: 'earmark',
    servers: servers.map(({ host }) => host),
    ...(password
      ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
      : username && { token: decodeURIComponent(username) }),
    ...(protocol === 'tls:' && { tls: {} }),
    timeout: 5_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
  };
}
