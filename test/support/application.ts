import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abstract, DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { readAllSettings, type AllSettings } from '../../src/settings.js';
import type { DomainEvent, StoredEvent } from '../../src/kernel/domain/events.js';
import { EventLog } from '../../src/kernel/event-log/event-log.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { NOW } from './now.js';
import { freshDatabase, type TestDatabase } from './database.js';
import { eventually } from '../../testing/eventually.js';

/** The correlation of events that nobody here has told: the test has, in a neighbour's name. */
const IN_A_NEIGHBOURS_NAME = 'test';
/** More than a scenario tells. */
const WHOLE_LOG = 10_000;

/** What runs without HTTP, on a database of its own: the buses, the log and whoever reads it. */
export class Application {
  readonly #context: INestApplicationContext;
  readonly #database: TestDatabase;
  readonly #dataDir: string;

  private constructor(context: INestApplicationContext, database: TestDatabase, dataDir: string) {
    this.#context = context;
    this.#database = database;
    this.#dataDir = dataDir;
  }

  /** @param moduleOn what is to run, on the database that it gets */
  static async start(
    moduleOn: (settings: AllSettings, databaseUrl: string) => DynamicModule,
    settings: Partial<AllSettings> = {},
  ): Promise<Application> {
    const [database, dataDir] = [
      await freshDatabase(),
      await mkdtemp(join(tmpdir(), 'earmark-application-')),
    ];
    const module = moduleOn({ ...readAllSettings({}), dataDir, ...settings }, database.url);
    const options = { logger: false, abortOnError: false } as const;
    const context = await NestFactory.createApplicationContext(module, options);
    context.get(Calendar, { strict: false }).now = () => NOW;
    return new Application(context, database, dataDir);
  }

  get<T>(token: Type<T> | Abstract<T> | string | symbol): T {
    return this.#context.get<T>(token, { strict: false });
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  execute<R>(command: Command<R>): Promise<R> {
    return this.get(CommandBus).execute(command);
  }

  ask<R>(query: Query<R>): Promise<R> {
    return this.get(QueryBus).execute(query);
  }

  sql<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.get(DataSource).query<Row[]>(statement, [...values]);
  }

  /** Appends events, in one transaction, as if the neighbour whose they are had told them. */
  async hears(...events: readonly DomainEvent[]): Promise<void> {
    const cause = { correlationId: IN_A_NEIGHBOURS_NAME, causationId: null };
    const caused = events.map((event) => ({ event, cause }));
    const { unitOfWork, log } = { unitOfWork: this.get(UnitOfWork), log: this.get(EventLog) };
    await unitOfWork.inTransaction((tx) => log.append(tx, caused));
  }

  head(): Promise<number> {
    return this.get(EventLog).head(this.get(DataSource).manager);
  }

  /** What it has told itself after a position, in order: consequences of `hears` included, `hears` not. */
  async toldAfter(position: number): Promise<StoredEvent[]> {
    const events = await this.get(EventLog).read(this.get(DataSource).manager, position, WHOLE_LOG);
    return events.filter(
      ({ correlationId, causationId }) => correlationId !== IN_A_NEIGHBOURS_NAME || causationId !== null,
    );
  }

  /**
   * Resolves once every subscription has passed the end of the log. What a reaction changes and tells is committed with
   * its position: so all that follows from what has happened until now has happened, too, and nothing is still to come.
   * @throws where a subscription has set an event aside, in the words of its error
   */
  async settled(): Promise<void> {
    await eventually('every subscription at the end of the log', async () => {
      // One statement, hence one moment.
      const [now] = await this.sql<{ isSettled: boolean; failures: string[] }>(
        `select not exists (select from event_log.subscription
                             where position < (select max(position) from event_log.event)) as "isSettled",
                array(select format('%s could not follow event %s: %s', subscription, position, error)
                        from event_log.set_aside where error is not null order by position) as failures`,
      );
      if (now!.failures.length > 0) throw new Error(now!.failures.join('\n'));
      return now!.isSettled;
    });
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#database.drop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
