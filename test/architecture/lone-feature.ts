import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import pg from 'pg';
import { DataSource, type Logger } from 'typeorm';
import type { DomainEvent } from '../../src/kernel/domain/events.js';
import { EventLog } from '../../src/kernel/event-log/event-log.js';
import { listSubscriptions } from '../../src/kernel/subscriptions/operator-commands.js';
import { rebuild } from '../../src/kernel/subscriptions/rebuild.js';
import {
  isProjection,
  Subscription,
  type Subscriber,
  type SubscriptionOptions,
} from '../../src/kernel/subscriptions/readers/subscription.js';
import { readAllSettings } from '../../src/settings.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';
import { featureOnKernel, type FeatureModule } from '../support/feature.js';
import { kernelSchemas } from '../support/features.js';

/**
 * One feature on the kernel, as a service of its own, connected as a role that may read and write the schema of
 * that feature and the schemas of the kernel, and nothing else.
 */
export class LoneFeature {
  /** Commands and queries that went over the buses, by their classes. */
  readonly executed = new Set<string>();
  /** Statements that PostgreSQL has refused for want of rights (42501), wherever they came from. */
  readonly denied: string[] = [];
  readonly #app: INestApplicationContext;
  readonly #operator: pg.Client;
  readonly #role: string;

  private constructor(
    app: INestApplicationContext,
    private readonly database: TestDatabase,
    operator: pg.Client,
    role: string,
  ) {
    this.#app = app;
    this.#operator = operator;
    this.#role = role;
    app.get(CommandBus, { strict: false }).subscribe((each) => this.executed.add(each.constructor.name));
    app.get(QueryBus, { strict: false }).subscribe((each) => this.executed.add(each.constructor.name));
    this.dataSource.logger = refusalsInto(this.denied);
  }

  static async start(feature: string, dataDir: string): Promise<LoneFeature> {
    const database = await freshDatabase();
    const operator = new pg.Client({ connectionString: database.url });
    await operator.connect();
    const role = `only_${feature}_${randomUUID().slice(0, 8)}`;
    await operator.query(`create role ${role} login password 'lone'`);
    for (const schema of [feature, ...(await kernelSchemas())]) {
      await operator.query(`
        grant usage on schema ${schema} to ${role};
        grant select, insert, update, delete on all tables in schema ${schema} to ${role};
        grant usage on all sequences in schema ${schema} to ${role};
        grant execute on all functions in schema ${schema} to ${role}`);
    }
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'lone'];
    // Nobody listens at the addresses of these webhooks, which are on this machine.
    const settings = { ...readAllSettings({ WEBHOOK_ALLOW: '127.0.0.1' }), dataDir };
    const module = featureOnKernel(await moduleOf(feature), settings, url.href);
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    return new LoneFeature(app, database, operator, role);
  }

  get dataSource(): DataSource {
    return this.#app.get(DataSource, { strict: false });
  }

  get log(): EventLog {
    return this.#app.get(EventLog, { strict: false });
  }

  /** What hears events in it. */
  get subscriptions(): { options: SubscriptionOptions; subscriber: Subscriber }[] {
    const discovery = this.#app.get(DiscoveryService, { strict: false });
    return discovery.getProviders({ metadataKey: Subscription.KEY }).map((provider) => ({
      options: discovery.getMetadataByDecorator(Subscription, provider)!,
      subscriber: provider.instance as Subscriber,
    }));
  }

  execute<R>(command: Command<R>): Promise<R> {
    return this.#app.get(CommandBus, { strict: false }).execute(command);
  }

  ask<R>(query: Query<R>): Promise<R> {
    return this.#app.get(QueryBus, { strict: false }).execute(query);
  }

  /** Events of its own or of its neighbours; resolves once every subscription is past them. */
  async hears(...events: readonly DomainEvent[]): Promise<void> {
    const cause = { correlationId: 'test', causationId: null };
    const caused = events.map((event) => ({ event, cause }));
    await this.#app.get(UnitOfWork, { strict: false }).inTransaction((tx) => this.log.append(tx, caused));
    await this.hasHeardAll();
  }

  async hasHeardAll(): Promise<void> {
    await eventually('every subscription at the end of the log', async () => {
      const subscriptions = await listSubscriptions(this.dataSource);
      return subscriptions.every(({ lag }) => lag.events === 0);
    });
  }

  /** Makes its read models anew from the log. */
  async rebuildsItsReadModels(): Promise<void> {
    for (const { options, subscriber } of this.subscriptions) {
      if (isProjection(subscriber)) await rebuild(this.dataSource, this.log, options, subscriber);
    }
  }

  /** Types of events that it has told or was told. */
  async typesInItsLog(): Promise<Set<string>> {
    const rows = await this.dataSource.query<{ type: string }[]>('select distinct type from event_log.event');
    return new Set(rows.map(({ type }) => type));
  }

  /** Errors of events that a subscription has failed at. */
  async failures(): Promise<string[]> {
    const rows = await this.dataSource.query<{ error: string }[]>(
      'select error from event_log.set_aside where error is not null',
    );
    return rows.map(({ error }) => error);
  }

  async stop(): Promise<void> {
    await this.#app.close();
    await this.#operator.query(`drop owned by ${this.#role}; drop role ${this.#role}`);
    await this.#operator.end();
    await this.database.drop();
  }
}

/** What `<feature>.module.ts` exports, whatever the feature is called. */
async function moduleOf(feature: string): Promise<FeatureModule> {
  const file = (await import(`../../src/${feature}/${feature}.module.js`)) as Record<string, FeatureModule>;
  const found = Object.entries(file).find(([name]) => name.endsWith('Module'));
  if (!found) throw new Error(`src/${feature}/${feature}.module.ts exports no module.`);
  return found[1];
}

function refusalsInto(denied: string[]): Logger {
  return {
    logQuery: () => undefined,
    logQueryError: (error, query) => {
      if (typeof error !== 'string' && 'code' in error && error.code === '42501') denied.push(query);
    },
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  };
}
