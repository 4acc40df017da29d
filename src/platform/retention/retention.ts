import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { withLongStatements } from '../../kernel/postgres/long-statements.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { pruneAudit, pruneDeadLetters, pruneInbox, pruneLog } from './prune.js';

/** Between two rounds where nothing is left to do, and where there may be more. */
const ROUND_MS = 10 * 60_000;
const NEXT_PORTION_MS = 200;

/** Keeps the log and the inbox from growing for ever, if that is wanted, and the dead letters by default. */
@Injectable()
export class Retention extends PeriodicJob {
  readonly #dataSource: DataSource;
  readonly #days: number | null;
  readonly #deadLetterDays: number | null;
  readonly #auditDays: number | null;

  constructor(
    dataSource: DataSource,
    @Inject(SETTINGS) settings: Settings,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, { name: 'retention', everyMs: ROUND_MS, failure: 'Cannot prune' });
    this.#dataSource = dataSource;
    this.#days = settings.retentionDays;
    this.#deadLetterDays = settings.deadLetterDays;
    this.#auditDays = settings.auditDays;
  }

  override onApplicationBootstrap(): void {
    const isWanted = [this.#days, this.#deadLetterDays, this.#auditDays].some((days) => days !== null);
    if (isWanted) super.onApplicationBootstrap();
  }

  protected override async run(): Promise<number> {
    const runner = this.#dataSource.createQueryRunner('master');
    try {
      const { manager } = runner;
      const [days, deadLetterDays, auditDays] = [this.#days, this.#deadLetterDays, this.#auditDays];
      const [events, messages, letters, entries] = await withLongStatements(
        runner,
        async (): Promise<[number, number, number, number]> => [
          days === null ? 0 : await pruneLog(manager, days),
          days === null ? 0 : await pruneInbox(manager, days),
          deadLetterDays === null ? 0 : await pruneDeadLetters(manager, deadLetterDays),
          auditDays === null ? 0 : await pruneAudit(manager, auditDays),
        ],
      );
      if (events + messages + letters + entries === 0) return ROUND_MS;
      this.logger.debug(
        `pruned ${events} events, ${messages} inbox entries, ${letters} dead letters and ${entries} audit entries`,
      );
      return NEXT_PORTION_MS;
    } finally {
      await runner.release();
    }
  }
}
