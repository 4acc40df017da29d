import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { TellCounted } from '../../src/notifications/commands/tell-counted.js';
import type { NotificationBody } from '../../src/notifications/http/notification.dto.js';
import type { Settings } from '../../src/shared/config/settings.js';
import type { DomainEvent } from '../../src/shared/domain/events.js';
import { EventLog } from '../../src/shared/event-log/event-log.js';
import { UnitOfWork } from '../../src/shared/unit-of-work/unit-of-work.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startService, type RunningService } from '../support/service.js';

interface NotificationPage {
  readonly items: readonly NotificationBody[];
  readonly next: number | null;
}

/** Where tables run short and come again: one database, and the instances of the service on it. */
export class Warehouse {
  readonly #database: TestDatabase;
  readonly #instances: RunningService[] = [];
  #orders = 0;
  #batches = 0;

  private constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async open(): Promise<Warehouse> {
    return new Warehouse(await freshDatabase());
  }

  async start(settings: Partial<Settings> = {}): Promise<RunningService> {
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

  /** @returns its reference */
  async buy(sku: string, quantity: number, eta: string | null = null): Promise<string> {
    const reference = `PO-${++this.#batches}`;
    await this.#call('POST', '/v1/batches', 201, { reference, sku, quantity, eta });
    return reference;
  }

  async change(reference: string, change: { quantity?: number; eta?: string | null }): Promise<void> {
    await this.#call('PATCH', `/v1/batches/${reference}`, 200, change);
  }

  /** An order that no batch can hold. */
  async askInVain(sku: string, units: number): Promise<void> {
    await this.#call('POST', '/v1/allocations', 409, {
      orderId: `o-${++this.#orders}`,
      sku,
      quantity: units,
    });
  }

  /** Events that are committed together, as if another feature had told them. */
  async happens(...events: readonly DomainEvent[]): Promise<void> {
    const log = this.#service.get(EventLog);
    const cause = { correlationId: 'test', causationId: null };
    const caused = events.map((event) => ({ event, cause }));
    await this.#service.get(UnitOfWork).inTransaction((tx) => log.append(tx, caused));
  }

  /** Everybody who reads the log has read all of it. */
  async everythingIsHeard(): Promise<void> {
    await eventually('every subscription at the end of the log', async () => {
      const { body } = await this.#service.request<{ items: { lag: { events: number } }[] }>(
        'GET',
        '/v1/subscriptions',
      );
      return body.items.every(({ lag }) => lag.events === 0);
    });
  }

  /** What happens at a later time if nothing else does. */
  async timePasses(hours: number, service = this.#service): Promise<void> {
    await this.everythingIsHeard();
    await service.get(CommandBus).execute(new TellCounted(new Date(Date.now() + hours * 3_600_000)));
  }

  async page(query = ''): Promise<NotificationPage> {
    const { body } = await this.#service.request<NotificationPage>('GET', `/v1/notifications${query}`);
    return body;
  }

  async notifications(query = ''): Promise<readonly NotificationBody[]> {
    await this.everythingIsHeard();
    return (await this.page(query)).items;
  }

  /** What the API tells of the notifications, once it tells what is waited for. */
  async toldOnce(
    what: string,
    isSo: (items: readonly NotificationBody[]) => boolean,
  ): Promise<readonly NotificationBody[]> {
    return eventually(what, async () => {
      const { items } = await this.page();
      return isSo(items) && items;
    });
  }

  sql<Row>(statement: string): Promise<Row[]> {
    return this.#service.get(DataSource).query<Row[]>(statement);
  }

  async #call(method: string, path: string, status: number, body: object): Promise<void> {
    const answer = await this.#service.request(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }
}
