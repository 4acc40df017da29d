import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';

/** The advisory lock of the instance whose turn it is. */
const TURN = 0x7475_726e;

/**
 * Says which instance acts on a message that every one of them hears: the one whose session holds a lock. The
 * server takes the lock back when that instance dies, so that the next message finds another one to act.
 */
@Injectable()
export class LeaderLease {
  #session: QueryRunner | null = null;

  constructor(private readonly dataSource: DataSource) {}

  async isHeld(): Promise<boolean> {
    this.#session ??= this.dataSource.createQueryRunner('master');
    try {
      // A session may take the lock again that it holds; one that was lost in the meantime fails here.
      const [{ held }] = (await this.#session.query('select pg_try_advisory_lock($1) as held', [TURN])) as [
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
    // The connection goes back to the pool, without the lock.
    await session?.query('select pg_advisory_unlock_all()').catch(() => undefined);
    await session?.release();
  }
}
