import { EarmarkConnectionError, EarmarkProblem, EarmarkUnexpectedAnswer } from '@earmark/client';
import type { BulkEndBody, Problem } from '@earmark/client';

export type BulkPath = '/v1/bulk/batches' | '/v1/bulk/orders' | '/v1/bulk/receipts' | '/v1/bulk/shipments';

/** What became of a row. */
export interface RowResult {
  readonly row: number;
  readonly status: number;
  readonly body?: unknown;
  readonly problem?: Problem;
}

interface BulkCall {
  readonly path: BulkPath;
  /** Each as JSON on one line. */
  readonly rows: readonly string[];
  /** The number of the first of them. */
  readonly firstRow: number;
  readonly signal: AbortSignal;
  /** Called for each row in their order, while others are still carried out. */
  readonly onResult: (result: RowResult) => void;
}

/**
 * Sends rows in one bulk call. Browsers send a body before they read the answer, so there must be few enough that the
 * service can put all results aside: 1,000, as `docs/bulk.md` says.
 * @returns the last line, which says why the answer ends
 * @throws {EarmarkProblem} if the service refuses the call
 * @throws {EarmarkConnectionError} if the connection was lost before the last line
 */
export async function sendRows({ path, rows, firstRow, signal, onResult }: BulkCall): Promise<BulkEndBody> {
  const call = `POST ${path}`;
  const lost = (cause: unknown) => {
    signal.throwIfAborted();
    return new EarmarkConnectionError(call, 1, cause);
  };
  const response = await fetch(`${path}?firstRow=${firstRow}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${rows.join('\n')}\n`,
    signal,
  }).catch((error: unknown) => {
    throw lost(error);
  });
  if (!response.ok) throw await refusalOf(call, response);
  for await (const line of linesOf(response, lost)) {
    const result = JSON.parse(line) as RowResult | BulkEndBody;
    if ('end' in result) return result;
    onResult(result);
  }
  throw lost(new Error('the answer has no last line'));
}

async function* linesOf(response: Response, lost: (cause: unknown) => Error): AsyncGenerator<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw lost(error);
    });
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

async function refusalOf(call: string, response: Response): Promise<Error> {
  const type = response.headers.get('content-type');
  if (type?.startsWith('application/problem+json'))
    return new EarmarkProblem((await response.json()) as never, response);
  return new EarmarkUnexpectedAnswer(call, response.status, type, `${type}; it is no problem document.`);
}
