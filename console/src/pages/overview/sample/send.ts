import { sendRows, type BulkPath, type RowResult } from '../../../data/bulk.js';

const WAIT_MS = 1_000;
const MOST_TRIES = 5;

/** Rows of one bulk call, which goes on by itself after the service was busy. */
export async function send(path: BulkPath, rows: readonly object[]): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  for (let tries = 1; results.length < rows.length; tries++) {
    const { end, detail } = await sendRows({
      path,
      rows: rows.slice(results.length).map((row) => JSON.stringify(row)),
      firstRow: results.length + 1,
      signal: new AbortController().signal,
      onResult: (result) => results.push(result),
    });
    if (end === 'complete') break;
    if (end === 'failed' || tries === MOST_TRIES)
      throw new Error(detail ?? 'The service has ended the call.');
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  return results;
}

/** @throws an error with the reason of the first row that was refused */
export function requireTaken(results: readonly RowResult[]): void {
  const problem = results.find((result) => result.problem)?.problem;
  if (problem) throw new Error(problem.detail ?? problem.title);
}
