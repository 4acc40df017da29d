import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { CheckIfDue } from '../commands/check-if-due.js';
import type { FigureDifference } from '../queries/check-integrity.js';
import { LEDGER_SETTINGS, type LedgerSettings } from '../settings/ledger-settings.js';

/** How often an instance looks whether a check is due. */
const LOOK_EVERY_MS = 60_000;
/** Differences that the log names. */
const MOST_NAMED = 5;

/** Checks the figures of all batches every so many hours, in one of the instances, and logs each difference as an error. */
@Injectable()
export class IntegrityJob extends PeriodicJob {
  constructor(
    private readonly commands: CommandBus,
    @Inject(LEDGER_SETTINGS) private readonly settings: LedgerSettings,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, {
      name: 'integrity',
      everyMs: LOOK_EVERY_MS,
      failure: 'Cannot check the figures of batches',
      recordsEvents: false,
    });
  }

  protected override async run(): Promise<void> {
    const { integrityHours } = this.settings;
    if (integrityHours === null) return;
    const differences = await this.commands.execute(new CheckIfDue(integrityHours));
    if (differences.length > 0) this.logger.error(formatDifferences(differences));
  }
}

function formatDifferences(differences: readonly FigureDifference[]): string {
  const named = differences.slice(0, MOST_NAMED).map(({ sku, batchReference, figure, values }) => {
    const said = Object.entries(values).map(([account, value]) => `${account} ${value}`);
    return `${figure} of ${batchReference} (${sku}): ${said.join(', ')}`;
  });
  const more = differences.length - named.length;
  return `Figures of batches differ. ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
