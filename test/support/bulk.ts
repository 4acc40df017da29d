import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { expectDocumentedLines } from './documented-answers.js';

/** A line of the answer to a bulk call: what became of a row, or where to go on. */
export interface BulkLine {
  readonly row?: number;
  readonly status?: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly end?: string;
  readonly nextRow?: number;
  readonly accepted?: number;
  readonly refused?: number;
}

type Rows = readonly (object | string)[];

export const linesOf = (rows: Rows): string =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');

/** A bulk call whose rows are sent while its answer is read. Its lines are checked against the API document. */
export class BulkClient {
  readonly #path: string;
  readonly #lines: AsyncGenerator<BulkLine>;
  readonly request: ClientRequest;

  constructor(url: string, path: string, headers: Readonly<Record<string, string>> = {}) {
    this.#path = path;
    this.request = request(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    });
    this.request.on('error', () => undefined);
    this.#lines = this.#read(
      (once(this.request, 'response') as Promise<[IncomingMessage]>).then(([response]) => response),
    );
    this.request.flushHeaders();
  }

  write(...rows: Rows): void {
    this.request.write(linesOf(rows));
  }

  /** The next line; undefined at the end of the answer. */
  async next(): Promise<BulkLine | undefined> {
    const next = await this.#lines.next();
    return next.done ? undefined : next.value;
  }

  /** Sends the rest, and reads the rest of the answer. */
  async end(rows: Rows = []): Promise<BulkLine[]> {
    this.request.end(linesOf(rows));
    const lines: BulkLine[] = [];
    for await (const line of this.#lines) lines.push(line);
    return lines;
  }

  async *#read(answer: Promise<IncomingMessage>): AsyncGenerator<BulkLine> {
    const response = await answer;
    for await (const text of createInterface(response)) {
      const line = JSON.parse(text) as BulkLine;
      if (response.statusCode === 200) expectDocumentedLines(this.#path, [line]);
      yield line;
    }
  }
}

/** Sends all rows and reads the whole answer. */
export const sendInBulk = (
  url: string,
  path: string,
  rows: Rows,
  headers?: Readonly<Record<string, string>>,
) => new BulkClient(url, path, headers).end(rows);
