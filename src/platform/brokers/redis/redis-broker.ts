import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { errorMessage } from '../../../kernel/lifecycle/error-message.js';
import { Unreachable } from '../../../kernel/subscriptions/readers/subscription.js';
import { backOff } from '../../../kernel/lifecycle/back-off.js';
import type { Broker, IncomingMessage, OutgoingMessage, Receive } from '../channels/broker.js';

/** The receive buffer, which fills while the database is away. Beyond it messages are dropped and logged. */
const MOST_BUFFERED = 10_000;
const MOST_BUFFERED_BYTES = 64 * 1024 * 1024;
/** How much of a dropped message is logged. */
const LOGGED_BODY_BYTES = 1_000;

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  // What cannot be sent now fails now: the subscription stays at its position and publishes it again.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  connectTimeout: 5_000,
  commandTimeout: 5_000,
  // How long a connection that is closed while the server is away keeps the process alive.
  disconnectTimeout: 200,
  retryStrategy: (attempt) => backOff(attempt, 100, 2_000),
};

type Buffered = Omit<IncomingMessage, 'attempt'>;

/**
 * Redis pub/sub with bare bodies and no envelope. Redis keeps nothing for a subscriber that is away and knows no
 * acknowledgement, so an incoming message waits in memory until it is applied.
 */
export class RedisBroker implements Broker {
  readonly name = 'redis';
  /** For logs and errors: the address without the password. */
  readonly #address: string;
  readonly #channels: readonly string[];
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #logger = new Logger('Redis');
  readonly #buffer: Buffered[] = [];
  #bufferedBytes = 0;
  #processing: Promise<void> | null = null;
  #isStopped = false;

  /** @param channels the incoming channels to subscribe to */
  constructor(url: string, channels: readonly string[]) {
    this.#address = `Redis at ${new URL(url).host}`;
    this.#channels = channels;
    this.#publisher = new Redis(url, OPTIONS);
    this.#subscriber = new Redis(url, OPTIONS);
    // The other connection's errors are the same ones.
    this.#publisher.on('error', () => undefined);
    this.#logOutages(this.#subscriber);
  }

  open(receive: Receive): void {
    this.#subscriber.on('ready', () => void this.#subscribe());
    this.#subscriber.on('messageBuffer', (channel: Buffer, body: Buffer) => {
      this.#add({ broker: this.name, channel: channel.toString(), id: null, body }, receive);
    });
    // If the first attempt fails, ioredis keeps trying.
    for (const connection of [this.#publisher, this.#subscriber]) connection.connect().catch(() => undefined);
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.#publisher.status !== 'ready') throw new Unreachable(this.#address, this.#publisher.status);
    const pipeline = this.#publisher.pipeline();
    for (const { channel, body } of messages) pipeline.publish(channel, body);
    const results = await pipeline.exec().catch((error: unknown) => {
      throw new Unreachable(this.#address, error);
    });
    for (const [error] of results ?? []) if (error) throw new Unreachable(this.#address, error);
  }

  async stopReceiving(): Promise<void> {
    this.#isStopped = true;
    this.#subscriber.disconnect();
    await this.#processing;
  }

  close(): Promise<void> {
    this.#publisher.disconnect();
    return Promise.resolve();
  }

  async #subscribe(): Promise<void> {
    try {
      if (this.#channels.length > 0) await this.#subscriber.subscribe(...this.#channels);
    } catch (error) {
      this.#logger.warn(`Cannot subscribe on ${this.#address}: ${errorMessage(error)}`);
      if (!this.#isStopped) this.#subscriber.disconnect(true);
    }
  }

  #add(message: Buffered, receive: Receive): void {
    if (
      this.#buffer.length >= MOST_BUFFERED ||
      this.#bufferedBytes + message.body.length > MOST_BUFFERED_BYTES
    ) {
      const body = Buffer.from(message.body.subarray(0, LOGGED_BODY_BYTES)).toString();
      this.#logger.error(`Receive buffer full; dropped a message on ${message.channel}: ${body}`);
      return;
    }
    this.#buffer.push(message);
    this.#bufferedBytes += message.body.length;
    this.#processing ??= this.#process(receive);
  }

  async #process(receive: Receive): Promise<void> {
    for (let message = this.#buffer[0]; message && !this.#isStopped; message = this.#buffer[0]) {
      await this.#receive(message, receive);
      this.#buffer.shift();
      this.#bufferedBytes -= message.body.length;
    }
    this.#processing = null;
  }

  /** Retries until the message is applied or the broker stops. */
  async #receive(message: Buffered, receive: Receive): Promise<void> {
    for (let attempt = 1; !this.#isStopped; attempt++) {
      try {
        await receive({ ...message, attempt });
        return;
      } catch (error) {
        this.#logger.warn(`Message on ${message.channel} will be retried: ${errorMessage(error)}`);
        await wait(backOff(attempt));
      }
    }
  }

  /** Logs one line when the server goes away and one when it is back, however many attempts fail in between. */
  #logOutages(connection: Redis): void {
    let isAway = false;
    connection.on('error', (error: Error) => {
      if (!isAway) this.#logger.warn(`Cannot reach ${this.#address}, retrying: ${error.message}`);
      isAway = true;
    });
    connection.on('ready', () => {
      if (isAway) this.#logger.log(`${this.#address} is back`);
      isAway = false;
    });
  }
}
