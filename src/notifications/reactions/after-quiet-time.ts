import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ROLE, type Role } from '../../shared/config/role.js';
import { TellCounted } from '../commands/tell-counted.js';
import { Rounds } from '../../shared/rounds.js';

const ROUND_MS = 5_000;

/** Time passes without an event: somebody has to look whether a quiet time is over. */
@Injectable()
export class AfterQuietTime implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #commands: CommandBus;
  readonly #role: Role;
  readonly #rounds = new Rounds(() => this.#round());
  readonly #logger = new Logger('alerts');

  constructor(commands: CommandBus, @Inject(ROLE) role: Role) {
    this.#commands = commands;
    this.#role = role;
  }

  onApplicationBootstrap(): void {
    if (this.#role === 'service') this.#rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#rounds.stop();
  }

  async #round(): Promise<number> {
    try {
      await this.#commands.execute(new TellCounted(new Date()));
    } catch (error) {
      this.#logger.debug(`What was counted cannot be told yet: ${String(error)}`);
    }
    return ROUND_MS;
  }
}
