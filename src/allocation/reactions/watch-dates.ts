import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { EndProtections } from '../commands/end-protections.js';
import { NoteOverdueBatches } from '../commands/note-overdue-batches.js';

/**
 * A day passes without an event, so a job looks every minute which batches are overdue and, when a day has begun, which
 * protections have ended.
 */
@Injectable()
export class WatchDates extends PeriodicJob {
  /** The day on which protections were ended last: a later end needs a later day. */
  #protectionsEndedOn = '';

  constructor(
    private readonly commands: CommandBus,
    private readonly calendar: Calendar,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, {
      name: 'dates',
      everyMs: 60_000,
      recordsEvents: true,
      failure: 'Cannot note overdue batches and ended protections',
    });
  }

  protected override async run(): Promise<void> {
    const { today } = this.calendar;
    await this.commands.execute(new NoteOverdueBatches(today));
    if (today === this.#protectionsEndedOn) return;
    await this.commands.execute(new EndProtections(today));
    this.#protectionsEndedOn = today;
  }
}
