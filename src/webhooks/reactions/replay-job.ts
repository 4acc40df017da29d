import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { ContinueReplay } from '../commands/continue-replay.js';

const POLL_MS = 1_000;

/** Works off the replays, also those that were begun before a restart. */
@Injectable()
export class ReplayJob extends PeriodicJob {
  readonly #commands: CommandBus;

  constructor(commands: CommandBus, @Inject(PROCESS_CONTEXT) context: ProcessContext) {
    super(context, {
      name: 'replays',
      everyMs: POLL_MS,
      recordsEvents: false,
      failure: 'Cannot queue replayed events',
    });
    this.#commands = commands;
  }

  protected override async run(): Promise<number> {
    return (await this.#commands.execute(new ContinueReplay())) ? 0 : POLL_MS;
  }
}
