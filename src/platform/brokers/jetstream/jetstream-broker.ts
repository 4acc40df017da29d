import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  type ConsumerMessages,
  type JetStreamClient,
  type JsMsg,
} from '@nats-io/jetstream';
import { connect, nanos, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { errorMessage } from '../../../kernel/lifecycle/error-message.js';
import { Unreachable } from '../../../kernel/subscriptions/readers/subscription.js';
import { rootCause, withLogContext } from '../../../kernel/cause/causation.js';
import { backOff } from '../../../kernel/lifecycle/back-off.js';
import type { Broker, OutgoingMessage, Receive } from '../channels/broker.js';
import { messageIdOf } from './jetstream-id.js';
import { publishInOrder } from './jetstream-publishing.js';
import { reconnectDelay } from './reconnect-delay.js';
import { CONSUMER, ensureConsumer, ensureStream, KEPT_MS, streamOf } from './jetstream-streams.js';
import { KnownStreams } from './known-streams.js';

const LONGEST_PAUSE_MS = 10_000;
/** How long one request for a message waits at the server before we send the next. */
const PULL_MS = 30_000;
/** How often the server confirms a waiting request: after two missed heartbeats we send it again. */
const HEARTBEAT_MS = 2_000;

/** How many servers of a cluster keep a stream that we create; `auto`: 3, and 1 on a server that is alone. */
export type NatsReplicas = 'auto' | '1' | '3' | '5';

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
  /** For logs and errors: the addresses without the password. */
  readonly #address: string;
  readonly #channels: ChannelNames;
  readonly #replicas: NatsReplicas;
  readonly #logger = new Logger('NATS');
  readonly #stopping = new AbortController();
  readonly #pulling = new Set<ConsumerMessages>();
  #connection: NatsConnection | null = null;
  #isConnected = false;
  /** Aborted when the connection is lost; a new one after each reconnect. */
  #lost = new AbortController();
  /** The client, once every stream and consumer exists; checked again after a reconnect. */
  #ready: Promise<JetStreamClient> | null = null;
  readonly #streams: KnownStreams;
  #opening: Promise<void> = Promise.resolve();
  #receiving: Promise<unknown> = Promise.resolve();

  constructor(urls: string, channels: ChannelNames, replicas: NatsReplicas = 'auto') {
    this.#options = optionsOf(urls);
    this.#address = `NATS at ${[this.#options.servers].flat().join(', ')}`;
    this.#channels = channels;
    this.#replicas = replicas;
    this.#streams = new KnownStreams(this.#logger, this.#address);
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
        const place = await publishInOrder(
          client,
          messages.filter((message) => message.channel === channel),
        );
        if (place > 0 && this.#streams.published(channel, place)) this.#ready = null;
      }
    } catch (error) {
      // An operator may have deleted the stream.
      this.#ready = null;
      throw error instanceof Unreachable ? error : new Unreachable(this.#address, error);
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

  /** Connects once: from then on the client reconnects by itself, to any server of the cluster that it reaches. */
  async #connect(): Promise<void> {
    for (let attempt = 1; !this.#stopping.signal.aborted && !this.#connection; attempt++) {
      try {
        this.#connection = await connect(this.#options);
      } catch (error) {
        if (attempt === 1) this.#warn(`Cannot reach ${this.#address}, retrying`, error);
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
        this.#lost.abort();
        this.#endPulls();
        if (!this.#stopping.signal.aborted)
          this.#logger.warn(`Lost the connection to ${this.#address}, reconnecting`);
      } else if (type === 'reconnect') {
        this.#isConnected = true;
        this.#lost = new AbortController();
        this.#logger.log(`${this.#address} is back`);
      }
    }
  }

  async #client(): Promise<JetStreamClient> {
    if (!this.#connection || !this.#isConnected) throw new Unreachable(this.#address, 'not connected');
    this.#ready ??= this.#answerTo(this.#prepare(this.#connection));
    return this.#ready;
  }

  /**
   * What was asked over a connection that is lost gets no answer, but the client would wait for it for 5 s, the new
   * connection at hand.
   * @throws {Unreachable} once the connection is lost
   */
  async #answerTo<T>(request: Promise<T>): Promise<T> {
    const { signal } = this.#lost;
    const answered = new AbortController();
    const isLost = new Promise<never>((_, reject) => {
      const fail = () => reject(new Unreachable(this.#address, 'the connection was lost'));
      if (signal.aborted) fail();
      signal.addEventListener('abort', fail, { signal: answered.signal });
    });
    try {
      return await Promise.race([request, isLost]);
    } finally {
      answered.abort();
    }
  }

  async #prepare(connection: NatsConnection): Promise<JetStreamClient> {
    const manager = await jetstreamManager(connection);
    const replicas = this.#replicas === 'auto' ? (connection.info?.cluster ? 3 : 1) : Number(this.#replicas);
    for (const channel of this.#channels.outgoing) {
      // Other systems read this stream, each at its own pace.
      const config = { num_replicas: replicas, max_age: nanos(KEPT_MS) };
      this.#streams.see(channel, await ensureStream(manager, channel, config), replicas);
    }
    for (const channel of this.#channels.incoming) {
      // Only we read this stream: a message stays until we have acknowledged it.
      const config = { num_replicas: replicas, retention: RetentionPolicy.Workqueue };
      const isKnown = this.#streams.see(channel, await ensureStream(manager, channel, config), replicas);
      const consumer = await ensureConsumer(manager, channel);
      if (consumer === 'ahead' || (consumer === 'missing' && isKnown))
        this.#logger.warn(
          `${this.#address} has lost the position in ${channel}; its messages are delivered again`,
        );
    }
    return jetstream(connection);
  }

  async #keepReceiving(channel: string, receive: Receive): Promise<void> {
    let [failures, isLogged] = [0, false];
    const onPulled = () => {
      failures = 0;
      isLogged = false;
    };
    while (!this.#stopping.signal.aborted) {
      try {
        const client = await this.#client();
        await this.#receive(client, channel, receive, onPulled);
      } catch (error) {
        failures++;
        if (!isLogged && !(error instanceof Unreachable)) {
          this.#warn(`${this.#address} cannot receive ${channel}, retrying`, error);
          isLogged = true;
        }
      }
      this.#ready = null;
      await this.#pause(failures);
    }
  }

  /**
   * Receives until we stop or the connection ends. It pulls one message at a time, since only one may be in progress;
   * the client's own endless pull does not always find the consumer again after the server that led it has died.
   * @param onPulled called whenever the server has answered
   * @throws Error if the stream, its consumer or the server that leads it is gone
   */
  async #receive(
    client: JetStreamClient,
    channel: string,
    receive: Receive,
    onPulled: () => void,
  ): Promise<void> {
    const consumer = await this.#answerTo(client.consumers.get(streamOf(channel), CONSUMER));
    while (this.#isConnected && !this.#stopping.signal.aborted) {
      const messages = await consumer.fetch({
        max_messages: 1,
        expires: PULL_MS,
        idle_heartbeat: HEARTBEAT_MS,
      });
      this.#pulling.add(messages);
      if (this.#stopping.signal.aborted) messages.stop();
      try {
        for await (const message of messages) await this.#handle(message, channel, receive);
        onPulled();
      } finally {
        this.#pulling.delete(messages);
      }
    }
  }

  #endPulls(): void {
    for (const messages of this.#pulling) messages.stop();
  }

  async #handle(message: JsMsg, channel: string, receive: Receive): Promise<void> {
    const { headers, data: body, info } = message;
    const { id, formerId } = messageIdOf(message);
    const traceparent = headers?.get('traceparent');
    try {
      const attempt = info.deliveryCount;
      await receive({ broker: this.name, channel, id, formerId, body, attempt, traceparent });
      message.ack();
    } catch (error) {
      withLogContext(rootCause(traceparent, id), () =>
        this.#warn(`Message on ${channel} will be retried`, error),
      );
      message.nak(backOff(info.deliveryCount, 100, LONGEST_PAUSE_MS));
    }
  }

  async #pause(attempt: number): Promise<void> {
    await wait(backOff(attempt), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #warn(what: string, error: unknown): void {
    this.#logger.warn(`${what}: ${errorMessage(error)}`);
  }
}

/** The client wants the credentials apart from the addresses. Those of the first URL count for all. */
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
    reconnectDelayHandler: reconnectDelay(),
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
  };
}
