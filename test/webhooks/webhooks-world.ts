import { DataSource } from 'typeorm';
import type { Run } from '../../src/webhooks/persistence/delivery-queue.js';
import type { Failure, SentEvent } from '../../src/webhooks/persistence/delivery-results.js';
import type { DeliveryBody, WebhookBody } from '../../src/webhooks/http/webhook.dto.js';
import type { Settings } from '../../src/platform/config/settings.js';
import { webhookSettings, type WebhookSettings } from '../../src/webhooks/settings/webhook-settings.js';
import { eventually } from '../../testing/eventually.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { startService, type RunningService } from '../support/service.js';
import { Receiver } from '../support/webhook-receiver.js';

export const KEY = Buffer.alloc(32, 7).toString('base64');

/** Receivers of these tests are on this machine. */
export const LOCAL: WebhookSettings = webhookSettings(
  (name) => ({ SECRET_KEY: KEY, WEBHOOK_ALLOW: '127.0.0.1' })[name],
);

export type CreatedWebhook = WebhookBody & { readonly secret: string };

/** One database, the instances of the service on it, and those who want to hear of it. */
export class WebhooksWorld {
  readonly #database: TestDatabase;
  readonly #instances: RunningService[] = [];
  readonly #receivers: Receiver[] = [];
  #batches = 0;

  private constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async open(): Promise<WebhooksWorld> {
    return new WebhooksWorld(await freshDatabase());
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  async start(settings: Partial<WebhookSettings & Settings> = {}): Promise<RunningService> {
    const instance = await startService(this.#database.url, { ...LOCAL, ...settings });
    this.#instances.push(instance);
    return instance;
  }

  async stop(instance: RunningService): Promise<void> {
    this.#instances.splice(this.#instances.indexOf(instance), 1);
    await instance.close();
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.start();
    this.#receivers.push(receiver);
    return receiver;
  }

  async close(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => receiver.stop()));
    await Promise.all(this.#instances.map((instance) => instance.close()));
    await this.#database.drop();
  }

  get service(): RunningService {
    const [service] = this.#instances;
    if (!service) throw new Error('No instance is running.');
    return service;
  }

  call<B>(method: string, path: string, body?: unknown) {
    return this.service.request<B>(method, `/v1/webhooks${path}`, body);
  }

  /** A webhook for every event, unless something else is wished. */
  async add({ url }: Pick<Receiver, 'url'>, wishes: object = {}): Promise<CreatedWebhook> {
    const answer = await this.call<CreatedWebhook>('POST', '', { url, types: ['*'], ...wishes });
    if (answer.status !== 201) throw new Error(`A webhook to ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async find({ id }: Pick<WebhookBody, 'id'>): Promise<WebhookBody> {
    return (await this.call<WebhookBody>('GET', `/${id}`)).body;
  }

  /** Its deliveries, the newest event first. */
  async deliveries({ id }: Pick<WebhookBody, 'id'>, query = ''): Promise<DeliveryBody[]> {
    return (await this.call<{ items: DeliveryBody[] }>('GET', `/${id}/deliveries?limit=500&${query}`)).body
      .items;
  }

  /** Buys one batch after the other, and returns their references. */
  async buy(...skus: string[]): Promise<string[]> {
    const references: string[] = [];
    for (const sku of skus) {
      const reference = `PO-${++this.#batches}`;
      const { status } = await this.service.request('POST', '/v1/batches', { reference, sku, quantity: 5 });
      if (status !== 201) throw new Error(`Batch ${reference}: ${status}`);
      references.push(reference);
    }
    return references;
  }

  /** The webhook, once it is as expected. */
  is(
    what: string,
    webhook: Pick<WebhookBody, 'id'>,
    isSo: (found: WebhookBody) => boolean,
  ): Promise<WebhookBody> {
    return eventually(what, async () => {
      const found = await this.find(webhook);
      return isSo(found) && found;
    });
  }

  /** Nothing waits for this webhook any more. */
  async hasGot(webhook: Pick<WebhookBody, 'id'>): Promise<void> {
    await eventually('every subscription at the end of the log', async () => {
      const { body } = await this.service.request<{ items: { lag: { events: number } }[] }>(
        'GET',
        '/v1/subscriptions',
      );
      return body.items.every(({ lag }) => lag.events === 0);
    });
    await this.is('nothing pending', webhook, ({ pending }) => pending === 0);
  }

  /** As if the time until the next attempts had passed, and what the receiver has asked for. */
  async timePasses(): Promise<void> {
    await this.sql('update webhooks.endpoint set paused_until = null');
    await this.sql('update webhooks.queue set due_at = now() where claim is null');
  }

  sql<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
    return this.service.get(DataSource).query<Row[]>(statement, values);
  }
}

/** That the receiver has the first events of the run. */
export const sentOf = ({ events, claimedAt: at }: Run, count = events.length): SentEvent[] =>
  events.slice(0, count).map(({ position }) => ({ position, at, status: 200 }));

/** That the receiver has not taken an event of the run. */
export function failureOf({ events, claimedAt: at }: Run, index = 0): Failure {
  const { position } = events[index]!;
  return { position, at, status: 500, error: 'The receiver answered 500.' };
}
