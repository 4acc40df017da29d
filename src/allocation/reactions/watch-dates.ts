import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { PeriodicTask } from '../../kernel/lifecycle/periodic-task.js';
import { NoteOverdueBatches } from '../commands/note-overdue-batches.js';

const ROUND_MS = 60_000;

/** A day passes without an event: somebody has to look which batches are overdue. */
@Injectable()
export class WatchDates implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds = new PeriodicTask(() => this.#round());
  readonly #logger = new Logger('overdue');

  constructor(
    private readonly commands: CommandBus,
    private readonly calendar: Calendar,
    @Inject(PROCESS_CONTEXT) private readonly role: ProcessContext,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role === 'server') this.#rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#rounds.stop();
  }

  async #round(): Promise<number> {
    try {
      await this.commands.execute(new NoteOverdueBatches(this.calendar.today));
    } catch (error) {
      this.#logger.warn(`Cannot note overdue batches, will try again: ${String(error)}`);
    }
    return ROUND_MS;
  }
}
