import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { PROCESS_CONTEXT, type ProcessContext } from '../lifecycle/process-context.js';
import { Busy, KeyBlocked } from '../domain/errors.js';
import { errorMessage } from '../lifecycle/error-message.js';
import { withTimeLimit } from '../lifecycle/time-limit.js';
import { EventLog } from '../event-log/event-log.js';
import { QueryBatcher } from '../queries/query-batcher.js';
import { UnitOfWork } from '../unit-of-work/unit-of-work.js';
import { DeliveryReader } from './readers/delivery-reader.js';
import { NotAProjection, UnknownSubscription } from './parking/errors.js';
import { checkpointsIn, registerCheckpoint, type Checkpoints } from './readers/checkpoint.js';
import { ReactionReader } from './readers/reaction-reader.js';
import { ProjectionReader } from './readers/projection-reader.js';
import type { Actor } from '../cause/actor.js';
import { startRebuild, type StartedRebuild } from './rebuild.js';
import type { RebuildProgress } from './rebuild-record.js';
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
  readonly #ends: QueryBatcher<void, number>;
  readonly #checkpoints: Checkpoints;
  readonly #logger = new Logger('Subscriptions');
  readonly #rebuilds = new Set<Promise<number>>();
  readonly #ending = new AbortController();
  #running: Running[] = [];
  #stopped: Promise<unknown> | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: EventLog,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext,
  ) {
    this.#checkpoints = checkpointsIn(dataSource.manager);
    this.#ends = new QueryBatcher(async (questions) => {
      const last = await log.last(dataSource.manager);
      return new Map(questions.map((_, place) => [place, last]));
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
      const isSaturated = () => this.unitOfWork.isSaturated;
      const runner = new Runner(options, reader, manager, this.#checkpoints, isSaturated);
      this.#running.push({ options, runner, blocked });
    }
    this.log.onAnnounced((types) => {
      for (const { options, runner } of this.#running) {
        if (options.events.some((type) => types.has(type))) runner.wake();
      }
    });
    for (const { runner } of this.#running) runner.start();
  }

  /**
   * Resolves once no subscription reads any more: what was begun is done, and the rest is for the next start. Rebuilds
   * end without effect.
   */
  async stop(): Promise<void> {
    this.#ending.abort(new Error('The service was stopped: the read model is unchanged.'));
    this.#stopped ??= Promise.all([
      ...this.#running.map(({ runner }) => runner.stop()),
      Promise.allSettled(this.#rebuilds),
    ]);
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
    if (blocked.size > 0) throw new Busy(new KeyBlocked(key).message);
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
    const last = (await this.#ends.load())!;
    const reached = Promise.all(awaited.map(({ runner }) => runner.whenReached(last)));
    await withTimeLimit(
      reached,
      patienceMs,
      () => new Busy('The change is stored, but not processed yet; repeat the call.'),
    );
    const blocked = await Promise.all(awaited.map(({ blocked }) => blocked.load(keys)));
    return new Set(blocked.flatMap((each) => each ?? []));
  }

  /**
   * Begins to rebuild a read model from the log.
   * @param name the name of its subscription
   * @throws {UnknownSubscription | NotAProjection | RebuildRunning | LogPruned}
   */
  async startRebuild(
    name: string,
    { report, actor }: { report?: (progress: RebuildProgress) => void; actor?: Actor } = {},
  ): Promise<StartedRebuild> {
    const found = this.#declared().find(({ options }) => options.name === name);
    if (!found) throw new UnknownSubscription(name);
    const { options, subscriber } = found;
    if (!isProjection(subscriber)) throw new NotAProjection(name);
    const { signal } = this.#ending;
    const how = { report, signal, actor };
    const { finished } = await startRebuild(this.dataSource, this.log, options, subscriber, how);
    this.#rebuilds.add(finished);
    const logged = this.context === 'server';
    finished
      .then(
        (position) => logged && this.#logger.log(`Rebuilt ${name} from the log up to position ${position}`),
        (error: unknown) => logged && this.#logger.error(`Cannot rebuild ${name}: ${errorMessage(error)}`),
      )
      .finally(() => this.#rebuilds.delete(finished));
    return { finished };
  }

  /**
   * Rebuilds a read model from the log.
   * @param name the name of its subscription
   * @returns the position of the newest event that is in it
   * @throws {UnknownSubscription | NotAProjection | RebuildRunning | LogPruned}
   */
  async rebuild(name: string, report: (progress: RebuildProgress) => void): Promise<number> {
    const { finished } = await this.startRebuild(name, { report });
    return finished;
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
