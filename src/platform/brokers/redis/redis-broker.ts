import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { Unreachable } from '../../../kernel/subscriptions/readers/subscription.js';
import { backOff } from '../../../kernel/postgres/retry.js';
import type { Broker, IncomingMessage, OutgoingMessage, Receive } from '../channels/broker.js';

/** What may wait in memory while the database is away; beyond it messages are lost, and the log has them. */
const MOST_WAITING = 10_000;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
/** Of a message that is lost, what the log has. */
const LOGGED_BODY = 1_000;

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  // What cannot be sent now fails now: the subscription has it in the log and waits at its position.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  connectTimeout: 5_000,
  commandTimeout: 5_000,
  // A connection that is closed while it is not there would keep the process for so long.
  disconnectTimeout: 200,
  retryStrategy: (attempt) => Math.min(2_000, 100 * 2 ** attempt),
};

type Waiting = Omit<IncomingMessage, 'attempt'>;

/**
 * The book's pub/sub channels: bare bodies, nothing around them. Redis keeps nothing for who is away and waits
 * for no acknowledgement, so what has come in waits in memory until it is applied.
 */
export class RedisBroker implements Broker {
  readonly name = 'redis';
  /** Where it is, without what opens it. */
  readonly #place: string;
  readonly #channels: readonly string[];
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #logger = new Logger('Redis');
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #working: Promise<void> | null = null;
  #isStopped = false;

  /** @param channels those that it listens to */
  constructor(url: string, channels: readonly string[]) {
    this.#place = `Redis at ${new URL(url).host}`;
    this.#channels = channels;
    this.#publisher = new Redis(url, OPTIONS);
    this.#subscriber = new Redis(url, OPTIONS);
    // The other connection's errors are the same ones.
    this.#publisher.on('error', () => undefined);
    this.#tellOutages(this.#subscriber);
  }

  open(receive: Receive): void {
    this.#subscriber.on('ready', () => void this.#subscribe());
    this.#subscriber.on('messageBuffer', (channel: Buffer, body: Buffer) => {
      this.#take({ broker: this.name, channel: channel.toString(), id: null, body }, receive);
    });
    // Where the first attempt fails, ioredis goes on trying.
    for (const connection of [this.#publisher, this.#subscriber]) connection.connect().catch(() => undefined);
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.#publisher.status !== 'ready') throw new Unreachable(this.#place, this.#publisher.status);
    const pipeline = this.#publisher.pipeline();
    for (const { channel, body } of messages) pipeline.publish(channel, body);
    const results = await pipeline.exec().catch((error: unknown) => {
      throw new Unreachable(this.#place, error);
    });
    for (const [error] of results ?? []) if (error) throw new Unreachable(this.#place, error);
  }

  async stopReceiving(): Promise<void> {
    this.#isStopped = true;
    this.#subscriber.disconnect();
    await this.#working;
  }

  close(): Promise<void> {
    this.#publisher.disconnect();
    return Promise.resolve();
  }

  async #subscribe(): Promise<void> {
    try {
      if (this.#channels.length > 0) await this.#subscriber.subscribe(...this.#channels);
    } catch (error) {
      this.#logger.warn(`${this.#place} lets us not listen: ${messageOf(error)}`);
      if (!this.#isStopped) this.#subscriber.disconnect(true);
    }
  }

  #take(message: Waiting, receive: Receive): void {
    if (
      this.#waiting.length >= MOST_WAITING ||
      this.#waitingBytes + message.body.length > MOST_WAITING_BYTES
    ) {
      const body = Buffer.from(message.body.subarray(0, LOGGED_BODY)).toString();
      this.#logger.error(`Too much is waiting; lost a message of ${message.channel}: ${body}`);
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += message.body.length;
    this.#working ??= this.#workOff(receive);
  }

  async #workOff(receive: Receive): Promise<void> {
    for (let message = this.#waiting[0]; message && !this.#isStopped; message = this.#waiting[0]) {
      await this.#settle(message, receive);
      this.#waiting.shift();
      this.#waitingBytes -= message.body.length;
    }
    this.#working = null;
  }

  async #settle(message: Waiting, receive: Receive): Promise<void> {
    for (let attempt = 1; !this.#isStopped; attempt++) {
      try {
        await receive({ ...message, attempt });
        return;
      } catch (error) {
        this.#logger.warn(`A message of ${message.channel} has to wait: ${messageOf(error)}`);
        await wait(backOff(attempt));
      }
    }
  }

  /** One line when it goes away and one when it is back, however often that is tried in between. */
  #tellOutages(connection: Redis): void {
    let isAway = false;
    connection.on('error', (error: Error) => {
      if (!isAway) this.#logger.warn(`${this.#place} cannot be reached, will keep trying: ${error.message}`);
      isAway = true;
    });
    connection.on('ready', () => {
      if (isAway) this.#logger.log(`${this.#place} is back`);
      isAway = false;
    });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
