import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { PeriodicTask } from '../../kernel/lifecycle/periodic-task.js';
import { SendDueAlerts } from '../commands/send-due-alerts.js';

const ROUND_MS = 5_000;

/** A quiet time ends without an event: every few seconds somebody has to look. */
@Injectable()
export class DueAlertsJob implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #commands: CommandBus;
  readonly #role: ProcessContext;
  readonly #rounds = new PeriodicTask(() => this.#round());
  readonly #logger = new Logger('alerts');

  constructor(commands: CommandBus, @Inject(PROCESS_CONTEXT) role: ProcessContext) {
    this.#commands = commands;
    this.#role = role;
  }

  onApplicationBootstrap(): void {
    if (this.#role === 'server') this.#rounds.start();
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
