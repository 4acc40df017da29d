import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { PruneDeliveries } from '../commands/prune-deliveries.js';

/** Until the next run if nothing is left to delete. */
const ROUND_MS = 10 * 60_000;
/** Until the next run if more may be left. */
const NEXT_PORTION_MS = 200;

/** Deletes deliveries that are old enough. */
@Injectable()
export class PruneJob extends PeriodicJob {
  readonly #commands: CommandBus;

  constructor(commands: CommandBus, @Inject(PROCESS_CONTEXT) context: ProcessContext) {
    super(context, {
      name: 'deliveries',
      everyMs: ROUND_MS,
      recordsEvents: false,
      failure: 'Cannot prune deliveries',
    });
    this.#commands = commands;
  }

  protected override async run(): Promise<number> {
    return (await this.#commands.execute(new PruneDeliveries())) > 0 ? NEXT_PORTION_MS : ROUND_MS;
  }
}
