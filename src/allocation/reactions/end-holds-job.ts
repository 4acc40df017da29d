import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { EndHolds } from '../commands/end-holds.js';

/** Time passes without an event, so a job looks every second which holds have ended: it makes their events punctual. */
@Injectable()
export class EndHoldsJob extends PeriodicJob {
  constructor(
    private readonly commands: CommandBus,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, {
      name: 'holds',
      everyMs: 1_000,
      failure: 'Cannot release expired holds',
      recordsEvents: true,
    });
  }

  protected override async run(): Promise<void> {
    await this.commands.execute(new EndHolds());
  }
}
