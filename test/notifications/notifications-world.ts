import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Earmark, type NotificationBody, type NotificationPageBody } from '../../client/src/index.js';
import { SendDueAlerts } from '../../src/notifications/commands/send-due-alerts.js';
import { MailQueue } from '../../src/notifications/persistence/mail-queue.js';
import type { NotificationSettings } from '../../src/notifications/settings/notification-settings.js';
import type { Settings } from '../../src/platform/config/settings.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';
import { startService, type RunningService } from '../support/service.js';

type Notifications = readonly NotificationBody[];

/** Where tables run short and come again: one database, and the instances of the service on it. */
export class NotificationsWorld {
  readonly #database: TestDatabase;
  readonly #instances: RunningService[] = [];
  #orders = 0;
  #batches = 0;

  private constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async open(): Promise<NotificationsWorld> {
    return new NotificationsWorld(await freshDatabase());
  }

  async start(settings: Partial<NotificationSettings & Settings> = {}): Promise<RunningService> {
    const instance = await startService(this.#database.url, settings);
    this.#instances.push(instance);
    return instance;
  }

  async stop(instance: RunningService): Promise<void> {
    this.#instances.splice(this.#instances.indexOf(instance), 1);
    await instance.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.close()));
    await this.#database.drop();
  }

  get #service(): RunningService {
    const [service] = this.#instances;
    if (!service) throw new Error('No instance is running.');
    return service;
  }

  get #api(): Earmark {
    return new Earmark({ url: this.#service.url });
  }

  /** @returns its reference */
  async buy(sku: string, quantity: number, eta: string | null = null): Promise<string> {
    const reference = `PO-${++this.#batches}`;
    await this.#api.batches.register({ body: { reference, sku, quantity, eta } });
    return reference;
  }

  /** An order that no batch can hold. */
  async askInVain(sku: string, units: number): Promise<void> {
    const body = { orderId: `o-${++this.#orders}`, sku, quantity: units };
    const { response } = await this.#api.allocations.allocate({ body, throwOnError: false });
    if (response.status !== 409) throw new Error(`An order of ${units} ${sku}: ${response.status}, not 409`);
  }

  /** Everybody who reads the log has read all of it. */
  async everythingIsHeard(): Promise<void> {
    await eventually('every subscription at the end of the log', async () => {
      const { items } = (await this.#api.subscriptions.list()).data;
      return items.every(({ lag }) => lag.events === 0);
    });
  }

  /** What happens at a later time if nothing else does. */
  async timePasses(hours: number, service: RunningService): Promise<void> {
    await this.everythingIsHeard();
    await service.get(CommandBus).execute(new SendDueAlerts(new Date(Date.now() + hours * 3_600_000)));
  }

  /** Every instance that sends mails has looked for alerts that wait, after all that has happened until now. */
  async senderHasLooked(): Promise<void> {
    for (const instance of this.#instances) await instance.get(MailQueue).compose();
  }

  /** As if the mails that were sent had been sent a minute earlier. */
  async minutePasses(): Promise<void> {
    await this.sql(
      `update notifications.mail set ended_at = ended_at - interval '1 minute' where state <> 'pending'`,
    );
  }

  async page(query: { sku?: string; after?: number; limit?: number } = {}): Promise<NotificationPageBody> {
    return (await this.#api.notifications.list({ query })).data;
  }

  async notifications(): Promise<Notifications> {
    await this.everythingIsHeard();
    return (await this.page()).items;
  }

  /** The notifications that the API lists, once they are as expected. */
  async toldOnce(what: string, isSo: (items: Notifications) => boolean): Promise<Notifications> {
    return eventually(what, async () => {
      const { items } = await this.page();
      return isSo(items) && items;
    });
  }

  sql<Row>(statement: string): Promise<Row[]> {
    return this.#service.get(DataSource).query<Row[]>(statement);
  }
}
