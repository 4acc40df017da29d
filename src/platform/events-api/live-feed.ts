import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DEFAULT_LIMITS } from '../config/limit-settings.js';
import { Busy } from '../../kernel/domain/errors.js';
import { FailureStreak } from '../../kernel/lifecycle/failure-streak.js';
import { refusals } from '../../kernel/metrics/refused.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { PerCaller } from '../http/limits/per-caller.js';
import { FeedClient } from './feed-client.js';
import type { EventFilter } from '../../kernel/event-log/event-filter.js';
import { FeedPage, FeedPart } from './feed-page.js';
import { WakeableDelay } from '../../kernel/lifecycle/wakeable-delay.js';
import { requireInLog } from '../../kernel/event-log/pruned.js';

/** Clients of one process: further ones are rejected. */
const MOST_CLIENTS = 1_000;
const PAGE = 200;
/** How often an instance polls for events that another one has appended. */
const POLL_MS = 100;
/** Events that are committed within this time are sent together, so that a busy log is not read once per commit. */
const GATHER_MS = 20;
/** Proxies usually drop an idle connection after 30 s or 60 s. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Sends the log to its clients as it grows. One reader, on one connection of the pool, serves all of them: it reads the tail
 * of the log for those that keep up and, in between, one page for one of those that lag, in rotation. A page goes to every
 * client whose position is in it, so nobody has a gap or a repetition. Of the tail, clients with a filter are sent what they
 * want; while they lag, only that is read.
 */
@Injectable()
export class LiveFeed implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #outage = new FailureStreak(new Logger('live feed'), 'Cannot read the event log');
  readonly #clients = new Set<FeedClient>();
  readonly #feeds: PerCaller;
  /** Null while there is no client. */
  #reading: Promise<void> | null = null;
  #isClosed = false;
  readonly #pause = new WakeableDelay();

  constructor(
    private readonly log: EventLog,
    private readonly dataSource: DataSource,
    feedsPerCaller = DEFAULT_LIMITS.feedsPerCaller,
  ) {
    this.#feeds = new PerCaller(feedsPerCaller);
    log.onAnnounced(() => this.#pause.wake());
  }

  /**
   * Answers with the events after a position, or with those from now on, until either side ends it.
   * @throws {EventsPruned | AheadOfLog} if some of them are pruned, or the log ends before that position
   * @param caller whose feeds are counted; left out while access control is off
   * @param filter the events that are sent; left out: all
   * @throws {Busy} if there are too many feeds, in total or of this caller, or the service is stopping
   */
  async open(response: ServerResponse, after?: number, caller?: string, filter?: EventFilter): Promise<void> {
    const { manager } = this.dataSource;
    const position = after ?? (await this.log.head(manager));
    await requireInLog(manager, position);
    if (this.#isClosed) throw new Busy('This instance is stopping; connect to another one.');
    if (this.#clients.size >= MOST_CLIENTS) {
      refusals.note('feeds', caller ?? 'this process');
      throw new Busy('Too many live feeds are open.');
    }
    if (caller !== undefined) this.#requireShare(caller);
    if (response.req.socket.destroyed) return;
    if (caller !== undefined) this.#feeds.add(caller);

    const client = new FeedClient(response, position, filter);
    client.onReady(() => this.#pause.wake());
    client.onGone(() => {
      this.#clients.delete(client);
      if (caller !== undefined) this.#feeds.remove(caller);
    });
    this.#clients.add(client);
    this.#reading ??= this.#read();
    this.#pause.wake();
  }

  /** Ends all feeds before the server closes, which waits for every answer. */
  beforeApplicationShutdown(): void {
    this.#isClosed = true;
    for (const client of this.#clients) client.end();
    this.#clients.clear();
    this.#pause.wake();
  }

  /** Resolves once nothing is read any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.#reading;
  }

  /** Reads while there are clients. If the database is away, the clients stay and wait. */
  async #read(): Promise<void> {
    const keepAlive = setInterval(() => {
      for (const client of this.#clients) client.keepAlive();
    }, KEEP_ALIVE_MS);
    let tail: number | undefined;
    while (this.#clients.size > 0) {
      try {
        tail ??= await this.log.head(this.dataSource.manager);
        const newest = await this.#sendAfter(tail);
        tail = newest.size > 0 ? newest.upTo : await this.#endOf(tail);
        const behind = this.#nextBehind(tail);
        if (behind) await this.#catchUp(behind);
        this.#outage.recovered();
        if (!behind && newest.size < PAGE) await this.#untilThereIsMore();
      } catch (error) {
        await wait(this.#outage.failed(error));
      }
    }
    clearInterval(keepAlive);
    this.#reading = null;
  }

  async #sendAfter(position: number): Promise<FeedPage> {
    const page = new FeedPage(
      position,
      await this.log.readWithSubjects(this.dataSource.manager, position, PAGE),
    );
    for (const client of this.#clients) client.take(page);
    return page;
  }

  async #catchUp(client: FeedClient): Promise<void> {
    const { filter, position } = client;
    if (!filter) return void (await this.#sendAfter(position));
    const { events, upTo } = await this.log.readMatching(this.dataSource.manager, filter, position, PAGE);
    client.takePart(new FeedPart(events, upTo));
  }

  /**
   * Where the log ends if nothing was read after `tail`. If that is before `tail`, a backup was restored: clients that have
   * seen more are disconnected, and rejected when they reconnect.
   */
  async #endOf(tail: number): Promise<number> {
    const head = await this.log.head(this.dataSource.manager);
    if (head >= tail) return tail;
    for (const client of this.#clients) {
      if (client.position <= head) continue;
      client.end();
      this.#clients.delete(client);
    }
    return head;
  }

  /** A client that lags and is ready for more. It goes to the end of the line, so that all get their turn. */
  #nextBehind(tail: number): FeedClient | undefined {
    for (const client of this.#clients) {
      if (!client.isReady || client.position >= tail) continue;
      this.#clients.delete(client);
      this.#clients.add(client);
      return client;
    }
    return undefined;
  }

  #requireShare(caller: string): void {
    if (this.#feeds.hasRoom(caller)) return;
    refusals.note('feeds-per-caller', caller);
    throw new Busy('This caller has reached its limit of live feeds.');
  }

  /** Until there may be something to read, from this instance or another one. */
  async #untilThereIsMore(): Promise<void> {
    await wait(GATHER_MS);
    await this.#pause.wait(POLL_MS);
  }
}
