import fc from 'fast-check';
import { isAsDocumentedLine } from '../support/documented-answers.js';
import type { Part, WireRequest } from './wire-request.js';
import { hostileJson } from './hostile.js';
import type { WireAnswer } from './wire-client.js';

export const NDJSON = 'application/x-ndjson';
const LONGEST_ROW_BYTES = 1_048_576;
/** Bytes of a mark at its beginning and of a carriage return at its end. */
const AROUND = 4;

/** A body of a few rows, each as it should be, with mistakes, or something else. The call is let in, whatever they are. */
export function rowsOf(row: fc.Arbitrary<Part>): fc.Arbitrary<Part & Pick<WireRequest, 'rows'>> {
  const open = (sent: string): Part => ({ sent, isAllowed: null });
  const any = fc.oneof(
    { weight: 20, arbitrary: row },
    { weight: 2, arbitrary: hostileJson.map(open) },
    { weight: 1, arbitrary: row.map(({ sent }) => ({ sent: sent.slice(0, -1), isAllowed: false })) },
    { weight: 1, arbitrary: row.map(({ sent }) => ({ sent: `[${sent}]`, isAllowed: false })) },
    { weight: 1, arbitrary: row.map(({ sent }) => ({ sent: `${sent}${sent}`, isAllowed: false })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(row, fc.constantFrom(LONGEST_ROW_BYTES - AROUND, LONGEST_ROW_BYTES + 1))
        .map(([{ sent, isAllowed }, bytes]) => ({
          sent: sent.padEnd(bytes - Buffer.byteLength(sent) + sent.length),
          isAllowed: bytes > LONGEST_ROW_BYTES ? false : isAllowed,
        })),
    },
  );
  const rows = fc.array(any, { maxLength: 6 });
  return fc
    .record({
      rows,
      end: fc.constantFrom('\n', '\r\n', '\n\n', '\n \n'),
      isEnded: fc.boolean(),
      mark: fc.constantFrom('', '', '', '\ufeff'),
    })
    .map(({ rows, end, isEnded, mark }) => {
      // Between two tokens a line break is a blank; within a string JSON has none.
      const lines = rows
        .map(({ sent, isAllowed }) => ({ sent: sent.replace(/[\r\n]/g, ' '), isAllowed }))
        .filter(({ sent }) => sent.trim() !== '');
      const body = mark + lines.map(({ sent }) => sent).join(end) + (isEnded && lines.length > 0 ? end : '');
      return { sent: body, isAllowed: true, rows: lines.map(({ isAllowed }) => isAllowed) };
    });
}

/** What is wrong with the answer to a bulk call; nothing for any other answer. */
export function faultsOfRows(answer: WireAnswer, rows: WireRequest['rows']): string[] {
  if (answer.headers.get('content-type') !== NDJSON) return [];
  const lines = answer.body
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const faults = lines
    .filter((line) => !isAsDocumentedLine(line))
    .map((line) => `line ${JSON.stringify(line)}`);
  const end = lines.at(-1)?.end;
  if (end !== 'complete' && end !== 'refused') faults.push(`ends with ${JSON.stringify(lines.at(-1))}`);
  if (!rows) return faults;
  const results = lines.slice(0, -1);
  if (end === 'complete' && results.length !== rows.length)
    faults.push(`${results.length} of ${rows.length} rows`);
  for (const [i, { status, problem }] of results.entries()) {
    const isRefused = Number(status) >= 400;
    const why = JSON.stringify(problem ?? '').slice(0, 300);
    if (rows[i] === false && !isRefused)
      faults.push(`lets in a row that the contract refuses: ${String(status)}`);
    if (rows[i] === true && [400, 413].includes(Number(status)))
      faults.push(`refuses a row that the contract lets in: ${why}`);
    if (Number(status) >= 500) faults.push(`row with status ${String(status)}: ${why}`);
  }
  return faults;
}
