import { setTimeout as wait } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { LoggedEvent } from './log.js';

const CHANNEL = 'change_batch_quantity';
/** Less would be more than is applied meanwhile on a small machine. */
const PAUSE_MS = 100;
const PATIENCE_MS = 2_000;

/** Another system: sends one quantity after the other for a batch, each until NATS has taken it. */
export class Sender {
  readonly #connection: NatsConnection;
  readonly #reference: string;
  #isEnding = false;
  #sent = 0;
  #running: Promise<void> = Promise.resolve();

  private constructor(connection: NatsConnection, reference: string) {
    this.#connection = connection;
    this.#reference = reference;
  }

  static start(connection: NatsConnection, reference: string): Sender {
    const sender = new Sender(connection, reference);
    sender.#running = sender.#send();
    return sender;
  }

  /** @returns how many messages NATS has taken, of the quantities from 0 on */
  async end(): Promise<number> {
    this.#isEnding = true;
    await this.#running;
    await this.#connection.close();
    return this.#sent;
  }

  async #send(): Promise<void> {
    const client = jetstream(this.#connection, { timeout: PATIENCE_MS });
    while (!this.#isEnding) {
      const labels = headers();
      labels.set('Nats-Msg-Id', `message-${this.#sent}`);
      const body = JSON.stringify({ batchref: this.#reference, qty: this.#sent });
      const isTaken = await client.publish(CHANNEL, body, { headers: labels }).then(
        () => true,
        () => false,
      );
      if (isTaken) this.#sent++;
      await wait(PAUSE_MS);
    }
  }
}

/** Every message was applied once and in order. One that NATS has taken without an answer may have been applied as well. */
export function checkApplied(events: readonly LoggedEvent[], reference: string, sent: number): string[] {
  const applied = events
    .filter(({ type, data }) => type === 'BatchQuantityChanged' && data.batchReference === reference)
    .map(({ data }) => data.quantity);
  const wrong = applied.findIndex((quantity, i) => quantity !== i);
  if (wrong >= 0) return [`quantity ${applied[wrong]} was applied where ${wrong} was due`];
  if (applied.length < sent) return [`${sent - applied.length} of ${sent} messages were not applied`];
  return applied.length > sent + 1 ? [`${applied.length} messages were applied, and ${sent} were sent`] : [];
}
