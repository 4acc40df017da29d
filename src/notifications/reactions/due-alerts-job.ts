import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { SendDueAlerts } from '../commands/send-due-alerts.js';

/** A quiet period ends without an event, so a job looks every few seconds. */
@Injectable()
export class DueAlertsJob extends PeriodicJob {
  readonly #commands: CommandBus;

  constructor(commands: CommandBus, @Inject(PROCESS_CONTEXT) context: ProcessContext) {
    super(context, {
      name: 'alerts',
      everyMs: 5_000,
      recordsEvents: false,
      failure: 'Could not send due alerts',
    });
    this.#commands = commands;
  }

  protected override async run(): Promise<void> {
    await this.#commands.execute(new SendDueAlerts(new Date()));
  }
}
