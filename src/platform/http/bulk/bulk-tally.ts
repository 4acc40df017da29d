import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { withLogContext } from '../../../kernel/cause/causation.js';
import { BULK_ROWS, metrics } from '../../../kernel/metrics/instruments.js';
import { isDatabaseFault, noteDatabaseFault } from '../../../kernel/postgres/database-fault.js';
import { causeOf } from '../protocol/request-tracing.js';
import { logStreamed } from '../request-log/request-log.js';
import type { End } from './bulk.dto.js';

const logger = new Logger('Http');

/** Counts what becomes of the rows of a bulk call, and logs it when the call ends. */
export class BulkTally {
  #accepted = 0;
  #refused = 0;
  #measured = { accepted: 0, refused: 0 };

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {}

  get counts(): { accepted: number; refused: number } {
    return { accepted: this.#accepted, refused: this.#refused };
  }

  note(isRefused: boolean): void {
    if (isRefused) this.#refused++;
    else this.#accepted++;
  }

  /** Adds what was noted to the metrics of the process. */
  measure(): void {
    metrics.bulkRows.add(this.#accepted - this.#measured.accepted, BULK_ROWS.accepted);
    metrics.bulkRows.add(this.#refused - this.#measured.refused, BULK_ROWS.refused);
    this.#measured = this.counts;
  }

  /** @param end `gone`: the client has not waited for it */
  ended(end: End | 'gone'): void {
    this.measure();
    const { accepted, refused } = this.counts;
    const words = `${accepted} rows accepted, ${refused} refused, ${end}`;
    logStreamed(this.request, this.reply, words, { accepted, refused, end });
  }

  /** Logs an error that is no answer. */
  failed(error: unknown): void {
    if (isDatabaseFault(error)) return noteDatabaseFault(error);
    const words = error instanceof Error ? (error.stack ?? error) : error;
    withLogContext(causeOf(this.request), () => logger.error(words));
  }
}
