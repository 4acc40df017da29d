import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { errorMessage } from '../lifecycle/error-message.js';
import { poolOptions } from './data-source.js';
import { isSessionLoss } from './retry.js';
import { inSnapshot, type Snapshot } from './snapshot.js';

export const REPLICA_URLS = Symbol('REPLICA_URLS');

/** How long a replica that failed is not used. */
const REST_MS = 5_000;
/** Less than for the primary, since there is another server to ask. */
const CONNECTION_TIMEOUT_MS = 1_000;
const STATEMENT_MS = 2_000;

interface Replica {
  readonly pool: pg.Pool;
  readonly host: string;
  /** In milliseconds of `performance.now()`. */
  restsUntil: number;
}

/**
 * Answers queries that may be moments behind anyway, such as those of read models: from each read replica in turn, and
 * from the primary if there is none or none answers. All other queries must ask the primary.
 */
@Injectable()
export class Replicas implements OnApplicationShutdown {
  readonly #primary: DataSource;
  readonly #replicas: readonly Replica[];
  readonly #logger = new Logger('replicas');
  #next = 0;

  constructor(primary: DataSource, @Inject(REPLICA_URLS) urls: readonly string[]) {
    this.#primary = primary;
    this.#replicas = urls.map((url) => {
      const pool = new pg.Pool({
        ...poolOptions(url, STATEMENT_MS),
        connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      });
      // The pool replaces an idle connection that is lost.
      pool.on('error', () => undefined);
      return { pool, host: new URL(url).host, restsUntil: -Infinity };
    });
  }

  async query<Row>(statement: string, parameters: unknown[]): Promise<Row[]> {
    return this.#answer(
      (pool) => pool.query(statement, parameters).then(({ rows }) => rows as Row[]),
      () => this.#primary.query<Row[]>(statement, parameters),
    );
  }

  /** Runs a work that only reads, all of one moment. */
  async inSnapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#answer(
      async (pool) => {
        const client = await pool.connect();
        let failure: Error | undefined;
        try {
          return await inSnapshot(client, work);
        } catch (error) {
          failure = error as Error;
          throw error;
        } finally {
          client.release(failure);
        }
      },
      async () => {
        const runner = this.#primary.createQueryRunner('master');
        try {
          return await inSnapshot((await runner.connect()) as pg.ClientBase, work);
        } finally {
          await runner.release();
        }
      },
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#replicas.map(({ pool }) => pool.end()));
  }

  async #answer<T>(ofReplica: (pool: pg.Pool) => Promise<T>, ofPrimary: () => Promise<T>): Promise<T> {
    const replica = this.#choose();
    if (!replica) return ofPrimary();
    try {
      return await onceMoreIfLost(() => ofReplica(replica.pool));
    } catch (error) {
      replica.restsUntil = performance.now() + REST_MS;
      this.#logger.warn(
        `Replica ${replica.host} failed; not used for ${REST_MS / 1_000} s: ${errorMessage(error)}`,
      );
      return this.#answer(ofReplica, ofPrimary);
    }
  }

  #choose(): Replica | undefined {
    const now = performance.now();
    const awake = this.#replicas.filter(({ restsUntil }) => restsUntil <= now);
    return awake[this.#next++ % awake.length];
  }
}

/** Asks once more if the session had ended, since the pool may not have noticed that yet. */
async function onceMoreIfLost<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: unknown) => {
    if (isSessionLoss(error)) return ask();
    throw error;
  });
}
