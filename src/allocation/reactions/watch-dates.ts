import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { NoteOverdueBatches } from '../commands/note-overdue-batches.js';

/** A day passes without an event, so a job looks every minute which batches are overdue. */
@Injectable()
export class WatchDates extends PeriodicJob {
  constructor(
    private readonly commands: CommandBus,
    private readonly calendar: Calendar,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, {
      name: 'overdue',
      everyMs: 60_000,
      recordsEvents: true,
      failure: 'Cannot note overdue batches',
    });
  }

  protected override async run(): Promise<void> {
    await this.commands.execute(new NoteOverdueBatches(this.calendar.today));
  }
}
