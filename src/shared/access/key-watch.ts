import { setTimeout as wait } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Role } from '../config/role.js';
import { Outage } from '../outage.js';
import { Rounds } from '../rounds.js';
import type { Access } from './access.js';
import { readKeys, recordUse } from './keys.js';

/**
 * How often an instance looks for keys that were created or revoked. It reads all of them: on two busy cores 10 take
 * 0.2 ms, 1,000 take 8 ms and 10,000 take 40 ms; who wants more wants an issuer of tokens.
 */
const LOOK_EVERY_MS = 500;

/** For how long a look is waited for: well below `TRUSTED_FOR_MS`, so that a second one still comes in time. */
const PATIENCE_MS = 3_000;

/** Keeps `Access` up to date for as long as the service runs, and notes in the database which keys are used. */
export class KeyWatch implements OnApplicationBootstrap {
  readonly #logger = new Logger('access');
  readonly #rounds = new Rounds(() => this.#round());
  readonly #outage = new Outage(this.#logger, 'cannot read the keys');

  private constructor(
    private readonly dataSource: DataSource,
    private readonly access: Access,
    private readonly role: Role,
  ) {}

  /** Resolves when it is known whether a call needs a key, so that none is served before. */
  static async begin(dataSource: DataSource, access: Access, role: Role): Promise<KeyWatch> {
    const watch = new KeyWatch(dataSource, access, role);
    await watch.look();
    return watch;
  }

  onApplicationBootstrap(): void {
    if (this.role === 'service') this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async look(): Promise<void> {
    const wasOn = this.access.isOn;
    const before = performance.now();
    this.access.know(await readKeys(this.dataSource), before);
    if (this.access.isOn && !wasOn && this.role === 'service')
      this.#logger.log('There are keys: every call needs one');
  }

  async #round(): Promise<number> {
    try {
      await within(PATIENCE_MS, this.look());
      const used = this.access.takeUsed();
      if (used.length > 0) await within(PATIENCE_MS, recordUse(this.dataSource, used));
      this.#outage.over();
    } catch (error) {
      this.#outage.failed(error);
    }
    return LOOK_EVERY_MS;
  }
}

/** A connection that died without a word may not answer for minutes: the next look takes another one. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const settled = new AbortController();
  const late = wait(milliseconds, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`no answer within ${milliseconds} ms`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    settled.abort();
  }
}
