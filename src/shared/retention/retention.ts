import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ROLE, type Role } from '../config/role.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Rounds } from '../rounds.js';
import { pruneInbox, pruneLog } from './prune.js';

/** Between two rounds where nothing is left to do, and where there may be more. */
const ROUND_MS = 10 * 60_000;
const NEXT_PORTION_MS = 200;

/** Keeps the log and the inbox from growing for ever, where that is wanted. */
@Injectable()
export class Retention implements OnApplicationBootstrap {
  readonly #dataSource: DataSource;
  readonly #days: number | null;
  readonly #role: Role;
  readonly #rounds = new Rounds(() => this.#round());
  readonly #logger = new Logger('retention');

  constructor(dataSource: DataSource, @Inject(SETTINGS) settings: Settings, @Inject(ROLE) role: Role) {
    this.#dataSource = dataSource;
    this.#days = settings.retentionDays;
    this.#role = role;
  }

  onApplicationBootstrap(): void {
    if (this.#role === 'service' && this.#days !== null) this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #round(): Promise<number> {
    try {
      const { manager } = this.#dataSource;
      const events = await pruneLog(manager, this.#days!);
      const messages = await pruneInbox(manager, this.#days!);
      if (events + messages === 0) return ROUND_MS;
      this.#logger.debug(`${events} events and ${messages} notes of messages are gone`);
      return NEXT_PORTION_MS;
    } catch (error) {
      this.#logger.warn(`cannot prune, will try again: ${String(error)}`);
      return ROUND_MS;
    }
  }
}
