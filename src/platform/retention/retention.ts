import type { DataSource } from 'typeorm';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import type { Settings } from '../config/settings.js';
import { withLongStatements } from '../../kernel/postgres/long-statements.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { dropOldPartition, pruneAudit, pruneDeadLetters, pruneInbox, pruneLog } from './prune.js';

/** Until the next run if nothing is left to delete. */
const ROUND_MS = 10 * 60_000;
/** Until the next run if more may be left. */
const NEXT_PORTION_MS = 200;

/** After how many days each of them is deleted; null: never. */
export type RetentionDays = Pick<Settings, 'retentionDays' | 'deadLetterDays' | 'auditDays'>;

/** Deletes old dead letters and, if so configured, old events, inbox entries and audit entries. */
export class Retention extends PeriodicJob {
  constructor(
    private readonly dataSource: DataSource,
    private readonly days: RetentionDays,
    context: ProcessContext,
  ) {
    super(context, {
      name: 'retention',
      everyMs: ROUND_MS,
      recordsEvents: false,
      failure: 'Cannot prune old records',
    });
  }

  override onApplicationBootstrap(): void {
    const { retentionDays, deadLetterDays, auditDays } = this.days;
    const isWanted = [retentionDays, deadLetterDays, auditDays].some((days) => days !== null);
    if (isWanted) super.onApplicationBootstrap();
  }

  protected override async run(): Promise<number> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const { manager } = runner;
      const { retentionDays, deadLetterDays, auditDays } = this.days;
      const [partition, events, messages, letters, entries] = await withLongStatements(
        runner,
        async (): Promise<[string | null, number, number, number, number]> => [
          retentionDays === null ? null : await dropOldPartition(manager, retentionDays),
          retentionDays === null ? 0 : await pruneLog(manager, retentionDays),
          retentionDays === null ? 0 : await pruneInbox(manager, retentionDays),
          deadLetterDays === null ? 0 : await pruneDeadLetters(manager, deadLetterDays),
          auditDays === null ? 0 : await pruneAudit(manager, auditDays),
        ],
      );
      if (partition !== null) this.logger.log(`dropped the partition ${partition} of the log`);
      if (partition === null && events + messages + letters + entries === 0) return ROUND_MS;
      this.logger.debug(
        `pruned ${events} events, ${messages} inbox entries, ${letters} dead letters and ${entries} audit entries`,
      );
      return NEXT_PORTION_MS;
    } finally {
      await runner.release();
    }
  }
}
