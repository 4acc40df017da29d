import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { PROCESS_CONTEXT, type ProcessContext } from '../lifecycle/process-context.js';
import { Busy } from '../domain/errors.js';
import { withTimeLimit } from '../lifecycle/time-limit.js';
import { EventLog } from '../event-log/event-log.js';
import { QueryBatcher } from '../queries/query-batcher.js';
import { UnitOfWork } from '../unit-of-work/unit-of-work.js';
import { DeliveryReader } from './readers/delivery-reader.js';
import { NotAProjection, UnknownSubscription } from './parking/errors.js';
import { registerCheckpoint } from './readers/checkpoint.js';
import { ReactionReader } from './readers/reaction-reader.js';
import { ProjectionReader } from './readers/projection-reader.js';
import { rebuild, type RebuildProgress } from './rebuild.js';
import { Runner } from './runner.js';
import { ParkedEvents } from './parking/parked-events.js';
import {
  isParticipant,
  isProjection,
  isReaction,
  type Participant,
  type Reader,
  type Subscriber,
  Subscription,
  type SubscriptionOptions,
} from './readers/subscription.js';

/** How long a call that promises read-your-writes waits (rule 9). */
const PATIENCE_MS = 5_000;

interface Running {
  readonly options: SubscriptionOptions;
  readonly runner: Runner;
  /** Those of some keys that have a failed event. */
  readonly blocked: QueryBatcher<readonly string[], readonly string[]>;
}

/**
 * Runs every subscription that the features have declared, in every instance of the service. The command line runs only
 * those that its commands wait for.
 */
@Injectable()
export class Subscriptions implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #heads: QueryBatcher<void, number>;
  #running: Running[] = [];
  #stopped: Promise<unknown> | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: EventLog,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext,
  ) {
    this.#heads = new QueryBatcher(async (questions) => {
      const head = await log.head(dataSource.manager);
      return new Map(questions.map((_, place) => [place, head]));
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const { options, subscriber } of this.#declared()) {
      const { name, events, takesPartIn = [] } = options;
      if (isParticipant(subscriber) && !isReaction(subscriber)) {
        this.unitOfWork.takePart(events, (event) => subscriber.beforeCommit(event));
        continue;
      }
      if (this.context === 'cli' && !options.readYourWrites) continue;
      await registerCheckpoint(this.dataSource.manager, name);
      if (isParticipant(subscriber)) {
        this.unitOfWork.takePart(takesPartIn, (event) => subscriber.beforeCommit(event), name);
      }
      const reader = this.#readerFor(options, subscriber);
      const { manager } = this.dataSource;
      const parkedEvents = new ParkedEvents(options.name);
      const blocked = new QueryBatcher<readonly string[], readonly string[]>(async (questions) => {
        const all = await parkedEvents.blocked(manager, questions.flat());
        return new Map(questions.map((keys, place) => [place, keys.filter((key) => all.has(key))]));
      });
      const runner = new Runner(options, reader, manager);
      this.#running.push({ options, runner, blocked });
    }
    this.log.onAnnounced((types) => {
      for (const { options, runner } of this.#running) {
        if (options.events.some((type) => types.has(type))) runner.wake();
      }
    });
    for (const { runner } of this.#running) runner.start();
  }

  /** Resolves once no subscription reads any more: what was begun is done, and the rest is for the next start. */
  async stop(): Promise<void> {
    this.#stopped ??= Promise.all(this.#running.map(({ runner }) => runner.stop()));
    await this.#stopped;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /**
   * Waits until every event of this key that is committed now has had its effect in the `readYourWrites` subscriptions
   * (rule 9). Inside a transaction it does not wait: the transaction holds what the readers need.
   * @param types of the caller's own events, if no others matter: it does not wait for who takes part in their transactions
   * @throws {Busy} if that does not happen within five seconds, or an event of the key has failed
   */
  async waitUntilCaughtUp(key: string, types?: readonly string[]): Promise<void> {
    const blocked = await this.waitUntilAllCaughtUp([key], PATIENCE_MS, types);
    if (blocked.size > 0) throw new Busy(`An earlier change of ${key} failed and waits for an operator.`);
  }

  /**
   * As `waitUntilCaughtUp`, for many keys at once and with more patience.
   * @returns those of the keys that have a failed event
   */
  async waitUntilAllCaughtUp(
    keys: readonly string[],
    patienceMs = PATIENCE_MS,
    types?: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (keys.length === 0 || this.unitOfWork.isInTransaction) return new Set();
    const awaited = this.#running.filter(({ options }) => isAwaited(options, types));
    if (awaited.length === 0) return new Set();
    const head = (await this.#heads.load())!;
    const reached = Promise.all(awaited.map(({ runner }) => runner.whenReached(head)));
    await withTimeLimit(
      reached,
      patienceMs,
      () => new Busy('Stored, but not processed yet; repeat the call.'),
    );
    const blocked = await Promise.all(awaited.map(({ blocked }) => blocked.load(keys)));
    return new Set(blocked.flatMap((each) => each ?? []));
  }

  /**
   * Rebuilds a read model from the log.
   * @param name the name of its subscription
   * @returns the position of the newest event that is in it
   * @throws {UnknownSubscription | NotAProjection | LogPruned}
   */
  async rebuild(
    name: string,
    report: (progress: RebuildProgress) => void,
  ): Promise<{ position: number; table: string }> {
    const found = this.#declared().find(({ options }) => options.name === name);
    if (!found) throw new UnknownSubscription(name);
    const { options, subscriber } = found;
    if (!isProjection(subscriber)) throw new NotAProjection(name);
    const position = await rebuild(this.dataSource, this.log, options, subscriber, report);
    return { position, table: subscriber.table };
  }

  #declared(): { options: SubscriptionOptions; subscriber: Subscriber }[] {
    return this.discovery.getProviders({ metadataKey: Subscription.KEY }).map((provider) => ({
      options: this.discovery.getMetadataByDecorator(Subscription, provider)!,
      subscriber: provider.instance as Subscriber,
    }));
  }

  #readerFor(options: SubscriptionOptions, subscriber: Exclude<Subscriber, Participant>): Reader {
    if (isReaction(subscriber)) return new ReactionReader(options, subscriber, this.unitOfWork, this.log);
    if (isProjection(subscriber)) return new ProjectionReader(options, subscriber, this.unitOfWork, this.log);
    return new DeliveryReader(options, subscriber, this.dataSource, this.log);
  }
}

/** @param types of the events that matter; undefined: all */
function isAwaited(
  { events, takesPartIn = [], readYourWrites = false }: SubscriptionOptions,
  types: readonly string[] | undefined,
): boolean {
  if (!readYourWrites || !types) return readYourWrites;
  return types.some((type) => events.includes(type) && !takesPartIn.includes(type));
}
