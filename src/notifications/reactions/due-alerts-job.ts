import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ROLE, type Role } from '../../kernel/lifecycle/process-context.js';
import { Rounds } from '../../kernel/lifecycle/periodic-task.js';
import { SendDueAlerts } from '../commands/send-due-alerts.js';

const ROUND_MS = 5_000;

/** A quiet time ends without an event: every few seconds somebody has to look. */
@Injectable()
export class DueAlertsJob implements OnApplicationBootstrap, OnApplicationShutdown {
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
      await this.#commands.execute(new SendDueAlerts(new Date()));
    } catch (error) {
      this.#logger.debug(`Could not send due alerts: ${String(error)}`);
    }
    return ROUND_MS;
  }
}
