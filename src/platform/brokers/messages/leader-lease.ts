import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';

/** The advisory lock that the leading instance holds. Instances of earlier versions use the same number. */
const LOCK = 0x7475_726e;

/**
 * Decides which instance handles a message that every instance receives: the one whose session holds an advisory lock.
 * PostgreSQL frees the lock when that instance dies, and the next message makes another instance the leader.
 */
@Injectable()
export class LeaderLease {
  #session: QueryRunner | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** Acquires the lease if it is free. @throws if the session that held it is lost; the next call opens another */
  async isHeld(): Promise<boolean> {
    this.#session ??= this.dataSource.createQueryRunner('master');
    try {
      // A session may lock again what it holds already; a session that was lost meanwhile fails here.
      const [{ held }] = (await this.#session.query('select pg_try_advisory_lock($1) as held', [LOCK])) as [
        { held: boolean },
      ];
      if (!held) await this.release();
      return held;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    // The connection must return to the pool without the lock.
    await session?.query('select pg_advisory_unlock_all()').catch(() => undefined);
    await session?.release();
  }
}
