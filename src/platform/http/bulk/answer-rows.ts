import type { OutgoingHttpHeaders } from 'node:http';
import type { Type as Class } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Busy, DomainError } from '../../../kernel/domain/errors.js';
import { isDatabaseFault } from '../../../kernel/postgres/database-fault.js';
import { RequestValidationPipe } from '../dto/validation.pipe.js';
import { type Problem, problemDocument, problemOf } from '../problems/problem.js';
import { lingerUntilRead } from '../protocol/malformed-requests.js';
import { AnswerWriter, ClientGone } from './answer-writer.js';
import type { BulkEndBody, BulkQuery, End } from './bulk.dto.js';
import type { BulkPlace } from './bulk-calls.js';
import { BulkTally } from './bulk-tally.js';
import { RowReader, type ReadRow } from './row-reader.js';
import { NDJSON, NOT_ROWS } from './rows-body.js';

/** What became of a row, as the call for it alone would answer. */
export type RowResult = { readonly status: number; readonly body: object } | DomainError;

/** What the rows of a bulk call are. */
export interface RowKind<Row extends object> {
  /** Their DTO. */
  readonly type: Class<Row>;
  /** The path of the call for a row alone. */
  readonly pathOf: (row: Row) => string;
  /**
   * Carries them out in their order, and resolves with a result for each. {Busy} is no result: it ends the call. Safe to repeat.
   * @param untilRefused whether none is carried out after the first that is refused: then there is no result for those
   */
  readonly carryOut: (rows: readonly Row[], untilRefused: boolean) => Promise<readonly RowResult[]>;
}

/** Characters of an answer that are made in one go. */
const PORTION = 64 * 1_024;
/** How long a call that is to end still waits for the rows under way. */
const LAST_ROWS_MS = 5_000;

const validation = new RequestValidationPipe();

/**
 * Answers a bulk call: a result for each row in the order of the rows, as soon as it is carried out, and a last line that says
 * where to go on. It reads, carries out and writes no faster than the slowest of client, service and database, and holds
 * some thousand rows at most.
 * @throws {Problem | Busy} before anything is answered
 */
export async function answerRows<Row extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  query: BulkQuery,
  kind: RowKind<Row>,
): Promise<void> {
  if (request.body !== request.raw) throw NOT_ROWS;
  const place = request.server.bulkCalls.enter(request);
  try {
    await new BulkCall(request, reply, query, kind, place).run();
  } finally {
    place.leave();
  }
}

class BulkCall<Row extends object> {
  readonly #reader: RowReader<Row>;
  readonly #writer: AnswerWriter;
  readonly #tally: BulkTally;
  /** The first row that is not answered. */
  #next: number;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly query: BulkQuery,
    private readonly kind: RowKind<Row>,
    private readonly place: BulkPlace,
  ) {
    const read = (value: unknown) => validation.transform(value, { type: 'body', metatype: kind.type });
    this.#reader = new RowReader(request.raw, read, query.firstRow);
    this.#writer = new AnswerWriter(reply.raw, place.answerMs, place.caller);
    this.#tally = new BulkTally(request, reply);
    this.#next = query.firstRow;
  }

  async run(): Promise<void> {
    const { request, reply, place } = this;
    const close = () => this.#reader.close();
    place.stopping.addEventListener('abort', close);
    reply.raw.once('close', close);
    this.#begin();
    try {
      const [end, detail] = await this.#answerAll().catch((error: unknown) => this.#endOf(error));
      await this.#writer.write(`${JSON.stringify(this.#lastLine(end, detail))}\n`);
      this.#reader.close();
      lingerUntilRead(request.raw);
      reply.raw.end();
      this.#tally.ended(end);
    } catch (error) {
      if (!(error instanceof ClientGone)) throw error;
      this.#tally.ended('gone');
    } finally {
      this.#reader.close();
      place.stopping.removeEventListener('abort', close);
    }
  }

  #begin(): void {
    this.reply.hijack();
    this.reply.raw.writeHead(200, {
      ...(this.reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': NDJSON,
      // A proxy that buffers whole answers would forward none before the last row.
      'x-accel-buffering': 'no',
      // Nothing follows on this connection: the body may not have been read to its end.
      connection: 'close',
    });
    this.reply.raw.flushHeaders();
  }

  async #answerAll(): Promise<[End, string?]> {
    const { stopping } = this.place;
    for (;;) {
      const rows = await this.#reader.take();
      if (this.reply.raw.destroyed) throw new ClientGone();
      if (stopping.aborted) return ['stopping', 'This instance is stopping'];
      if (!rows) return ['stalled', 'No row arrived in time'];
      if (rows.length === 0) {
        this.#next = this.#reader.next;
        return ['complete'];
      }
      const results = await unlessItEnds(this.#carryOut(rows), stopping);
      if (!results) return ['stopping', 'This instance is stopping'];
      const isOver = await this.#answer(rows, results);
      if (isOver) return isOver;
    }
  }

  /** @returns a result for each row; fewer if one is refused and no more are to be carried out */
  async #carryOut(rows: readonly ReadRow<Row>[]): Promise<readonly (RowResult | Problem)[]> {
    const isStopping = this.query.onError === 'stop';
    const unread = isStopping ? rows.findIndex((row) => 'problem' in row) : -1;
    const wanted = unread < 0 ? rows : rows.slice(0, unread);
    const valid = wanted.flatMap((row) => ('value' in row ? [row.value] : []));
    const done = valid.length === 0 ? [] : await this.kind.carryOut(valid, isStopping);
    if (isStopping) {
      const areAllDone =
        done.length === valid.length && !done.some((result) => result instanceof DomainError);
      const refused = areAllDone ? rows[valid.length] : undefined;
      return refused && 'problem' in refused ? [...done, refused.problem] : done;
    }
    let at = 0;
    return rows.map((row) => ('problem' in row ? row.problem : done[at++]!));
  }

  /** @returns why the call is over, if it is */
  async #answer(
    rows: readonly ReadRow<Row>[],
    results: readonly (RowResult | Problem)[],
  ): Promise<[End, string] | undefined> {
    let text = '';
    for (const [at, result] of results.entries()) {
      const row = rows[at]!;
      if (result instanceof Busy) {
        await this.#writer.write(text);
        return ['busy', result.message.replace(/\.$/, '')];
      }
      text += this.#lineOf(row, result);
      const isRefused = result instanceof Error;
      this.#tally.note(isRefused);
      if (isRefused && this.query.onError === 'stop') {
        await this.#writer.write(text);
        this.#next = row.row;
        return ['refused', `Row ${row.row} was refused, and no row after it was applied`];
      }
      this.#next = row.row + 1;
      if (text.length < PORTION) continue;
      await this.#writer.write(text);
      text = '';
    }
    if (text !== '') await this.#writer.write(text);
    this.#tally.measure();
    return undefined;
  }

  #lineOf(row: ReadRow<Row>, result: RowResult | Problem): string {
    if (!(result instanceof Error))
      return `{"row":${row.row},"status":${result.status},"body":${JSON.stringify(result.body)}}\n`;
    const problem = problemOf(result);
    const path = 'value' in row ? this.kind.pathOf(row.value) : this.request.url;
    const document = JSON.stringify(problemDocument(problem, path));
    return `{"row":${row.row},"status":${problem.status},"problem":${document}}\n`;
  }

  #endOf(error: unknown): [End, string] {
    if (error instanceof ClientGone || this.reply.raw.destroyed) throw new ClientGone();
    const { status, message } = problemOf(error);
    if (status !== 503 || isDatabaseFault(error)) this.#tally.failed(error);
    return [status === 503 ? 'busy' : 'failed', message.replace(/\.$/, '')];
  }

  #lastLine(end: End, detail?: string): BulkEndBody {
    const nextRow = this.#next;
    const where = detail !== undefined && { detail: `${detail}: continue at row ${nextRow}.` };
    return { end, nextRow, ...this.#tally.counts, ...where };
  }
}

/** The result of the work; undefined if the service stops and the work does not end in time. It goes on then. */
async function unlessItEnds<T>(work: Promise<T>, stopping: AbortSignal): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let begin: () => void = () => undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    begin = () => (timer = setTimeout(() => resolve(undefined), LAST_ROWS_MS));
    if (stopping.aborted) begin();
    else stopping.addEventListener('abort', begin, { once: true });
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', begin);
  }
}
