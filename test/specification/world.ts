import { expect } from '@jest/globals';
import type { Command } from '@nestjs/cqrs';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { EndProtections } from '../../src/allocation/commands/end-protections.js';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { FindOrderAllocations } from '../../src/allocation/queries/find-order-allocations.js';
import { FindProduct } from '../../src/allocation/queries/find-product.js';
import type { BatchesEvent } from '../../src/batches/contract/batches.contract.js';
import { ChangeBatch } from '../../src/batches/commands/change-batch.js';
import { RegisterBatch } from '../../src/batches/commands/register-batch.js';
import type { BatchChange } from '../../src/batches/domain/batch.js';
import { FindBatch } from '../../src/batches/queries/find-batch.js';
import { registry } from '../../src/channels.js';
import { CheckIntegrity } from '../../src/ledger/queries/check-integrity.js';
import { SendDueAlerts } from '../../src/notifications/commands/send-due-alerts.js';
import { ListNotifications } from '../../src/notifications/queries/list-notifications.js';
import { incomingOf } from '../../src/platform/brokers/channels/channel.js';
import { Receiver } from '../../src/platform/brokers/messages/receiver.js';
import { rootCause, runCausedBy } from '../../src/kernel/cause/causation.js';
import { DomainError } from '../../src/kernel/domain/errors.js';
import type { StoredEvent } from '../../src/kernel/domain/events.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { NOW } from '../support/now.js';
import type { Application } from '../support/application.js';
import { factsIn } from './facts-in.js';
import type { Scene } from './gherkin.js';

const CHANNEL = incomingOf(registry).find(({ name }) => name === 'change_batch_quantity')!;

/** Empties every table but the checkpoints; twenty times as fast as `truncate` for small tables. */
const EMPTY = `
  do $$ declare its record; begin
    -- In whichever order they come, foreign keys or not.
    set local session_replication_role = replica;
    for its in select schemaname, tablename from pg_tables
                where schemaname !~ '^(pg_|information_schema$|event_log$)' and tablename <> 'migration'
                   or schemaname = 'event_log' and tablename in ('event', 'set_aside', 'discarded')
    loop
      execute format('delete from %I.%I', its.schemaname, its.tablename);
    end loop;
  end $$`;

export type Told = StoredEvent<AllocationEvent | BatchesEvent>;

/** The whole application without data, and what a scenario remembers. */
export class World implements Scene {
  /** Orders that were given together. */
  crowd: readonly string[] = [];
  readonly #application: Application;
  /** Refusals that no sentence has mentioned yet. */
  #refusals: DomainError[] = [];
  #since = 0;

  private constructor(application: Application) {
    this.#application = application;
  }

  /** Empties the application, which starts once for all scenarios. */
  static async in(application: Application): Promise<World> {
    // The last scenario may have left an event that cannot be handled.
    await application.settled().catch(() => undefined);
    await application.sql(EMPTY);
    application.get(Calendar).now = clockFrom(NOW);
    return new World(application);
  }

  async whenBegins(): Promise<void> {
    this.#since = await this.#application.head();
  }

  async end(): Promise<void> {
    expect(
      this.#refusals.map(({ message }) => `Refused, and the scenario does not say so: ${message}`),
    ).toEqual([]);
    // The history of an order has every event that names it.
    const outside = await this.#application.sql(
      `select type, data from event_log.event where subject is distinct from data ->> 'orderId'`,
    );
    expect(outside).toEqual([]);
    // Every unit is explained (rule 17), whatever a scenario is about.
    expect((await this.ask(new CheckIntegrity())).differences).toEqual([]);
  }

  /** Waits until all that follows from what was done has happened. */
  async settled(): Promise<void> {
    await this.#application.settled();
  }

  /** Does what may be refused; a refusal waits for a sentence that says so. */
  async tries(command: Command<unknown>): Promise<void> {
    try {
      await this.#application.execute(command);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#refusals.push(error);
    }
  }

  /** As `tries`, in the name of somebody. */
  triesAs(actor: string, command: Command<unknown>): Promise<void> {
    return runCausedBy({ ...rootCause(undefined), actor }, () => this.tries(command));
  }

  does<R>(command: Command<R>): Promise<R> {
    return this.#application.execute(command);
  }

  /** The refusal that was not mentioned yet, of which there must be exactly one. */
  refusal(code: string, facts: object): void {
    const refusals = this.#refusals.map((refusal) => ({
      code: refusal.code,
      ...factsIn(refusal.facts, facts),
    }));
    this.#refusals = [];
    if (refusals.length === 0) throw new Error('It was not refused.');
    expect(refusals).toEqual([{ code, ...facts }]);
  }

  /** @param eta null: on hand */
  buying(reference: string, sku: string, quantity: string, eta: string | null = null): RegisterBatch {
    return new RegisterBatch(reference, { sku, quantity: Number(quantity), eta });
  }

  asking(orderId: string, sku: string, quantity: string): AllocateLine {
    return new AllocateLine({ orderId, sku, quantity: Number(quantity) });
  }

  changing(reference: string, change: BatchChange): ChangeBatch {
    return new ChangeBatch(reference, change);
  }

  /** As many orders at once, each of which may be refused. */
  crowds(count: string, sku: string, quantity: string, meanwhile: Promise<unknown>[] = []): Promise<void> {
    return this.crowdDoes(count, (order) => this.asking(order, sku, quantity), meanwhile);
  }

  async crowdDoes(
    count: string,
    command: (orderId: string) => Command<unknown>,
    meanwhile: Promise<unknown>[] = [],
  ): Promise<void> {
    this.crowd = Array.from({ length: Number(count) }, (_, i) => `order-${i + 101}`);
    const asked = this.crowd.map((order) => this.does(command(order)));
    const results = await Promise.allSettled([...asked, ...meanwhile]);
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(failures.filter((failure) => !(failure instanceof DomainError))).toEqual([]);
  }

  /** What an order is promised, by SKU. */
  allocationsOf(orderId: string) {
    return this.#application.ask(new FindOrderAllocations(orderId));
  }

  product(sku: string) {
    return this.#application.ask(new FindProduct(sku));
  }

  ask: Application['ask'] = (query) => this.#application.ask(query);

  /** The units of a batch, as the answer about its product shows them. */
  async figuresOf(reference: string) {
    const { sku } = await this.ask(new FindBatch(reference));
    const { batches } = await this.product(sku);
    return batches.find((batch) => batch.reference === reference)!;
  }

  /** What is on record since the last `When` began, once everybody has read it. */
  async record(): Promise<Told[]> {
    await this.#application.settled();
    return (await this.#application.toldAfter(this.#since)) as Told[];
  }

  /** Mails about different products have no order. */
  async mailsAbout(sku: string) {
    await this.#application.settled();
    return this.ask(new ListNotifications(sku, 0, 100));
  }

  /** What happens when a day begins, at noon of UTC, and nothing else does. */
  async dayBegins(day: string): Promise<void> {
    await this.#application.settled();
    this.#application.get(Calendar).now = clockFrom(new Date(`${day}T12:00:00Z`));
    await this.does(new EndProtections(day));
  }

  /** What happens at a later time if nothing else does. */
  async timePasses(hours: string): Promise<void> {
    await this.#application.settled();
    await this.does(new SendDueAlerts(new Date(Date.now() + Number(hours) * 3_600_000)));
  }

  /** Holds end by the clock of the database, so it is they that are made older. */
  async holdsAge(minutes: string): Promise<void> {
    await this.#application.sql(
      `with lines as (update allocation.line set expires_at = expires_at - make_interval(mins => $1))
       update allocation.customer_order
          set created_at = created_at - make_interval(mins => $1), expires_at = expires_at - make_interval(mins => $1)`,
      [Number(minutes)],
    );
  }

  /** A message as it comes over a broker. */
  async hears(id: string, body: string): Promise<void> {
    const message = { broker: 'test', channel: CHANNEL.name, id, body: Buffer.from(body), attempt: 1 };
    await this.#application.get(Receiver).receive(CHANNEL, message);
    await this.#application.settled();
  }

  /** Why messages of this id were kept. */
  async keptFor(id: string): Promise<string[]> {
    const rows = await this.#application.sql<{ reason: string }>(
      'select reason from broker.dead_letter where message_id = $1',
      [id],
    );
    return rows.map(({ reason }) => reason);
  }
}

/** It goes on by a millisecond each time that it is asked: what came first came at an earlier time. */
function clockFrom(begin: Date): () => Date {
  let milliseconds = begin.getTime();
  return () => new Date(milliseconds++);
}
