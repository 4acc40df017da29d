import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** What the last line of an answer says. */
interface End {
  readonly end: string;
  readonly nextRow: number;
  readonly accepted: number;
  readonly refused: number;
}

/**
 * Sends rows in a bulk call, no faster than they are read, and reads the answer meanwhile. Throws unless every row is accepted.
 * @returns rows per second, from the first byte sent to the last one read
 */
export async function sendRows(url: string, rows: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const call = request(url, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } });
  const answered = once(call, 'response') as Promise<[IncomingMessage]>;
  call.flushHeaders();
  const [end] = await Promise.all([answered.then(([answer]) => lastLineOf(answer)), write(call, rows)]);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (end.end !== 'complete' || end.accepted !== rows.length)
    throw new Error(`Of ${rows.length} rows not all were accepted: ${JSON.stringify(end)}`);
  return rows.length / seconds;
}

/** Rows that are written in one go. */
const PORTION = 500;

async function write(call: ReturnType<typeof request>, rows: readonly string[]): Promise<void> {
  for (let at = 0; at < rows.length; at += PORTION) {
    const text = rows
      .slice(at, at + PORTION)
      .map((row) => `${row}\n`)
      .join('');
    if (!call.write(text)) await once(call, 'drain');
  }
  call.end();
}

/** Throws unless the answer is a result for each row. */
async function lastLineOf(answer: IncomingMessage): Promise<End> {
  if (answer.statusCode !== 200) throw new Error(`The bulk call was answered with ${answer.statusCode}.`);
  let lines = 0;
  let tail = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    tail = (tail + chunk.toString('latin1')).slice(-1_000);
  }
  const end = JSON.parse(tail.trimEnd().split('\n').at(-1)!) as End;
  if (lines !== end.accepted + end.refused + 1) throw new Error(`${lines} lines were read: ${tail}`);
  return end;
}
