import type { FileHandle } from 'node:fs/promises';
import { printable } from '../../printable.js';
import { csvLine } from '../csv-writer.js';
import type { Progress } from './progress.js';
import type { Reject } from './rows.js';

/** Characters of a row that are repeated; nobody repairs a longer one by reading it there. */
const MOST_REPEATED = 1_000;

/** Where rows are told that were not taken. */
export interface Rejects {
  add(rejects: readonly Reject[]): Promise<void>;
}

/** To people, a line for each. */
export function rejectsTo(out: NodeJS.WritableStream, progress: Progress): Rejects {
  return {
    async add(rejects) {
      if (rejects.length === 0) return;
      progress.clear();
      const isWritten = out.write(
        rejects.map(({ line, message }) => `line ${line}: ${printable(message)}\n`).join(''),
      );
      if (!isWritten) await new Promise((resolve) => out.once('drain', resolve));
    },
  };
}

/** To a file as CSV. */
export async function rejectsIn(file: FileHandle): Promise<Rejects> {
  await file.write(csvLine(['line', 'reason', 'message', 'row']));
  return {
    async add(rejects) {
      const lines = rejects.map(({ line, reason, message, text }) =>
        csvLine([line, reason, message, text.slice(0, MOST_REPEATED)]),
      );
      if (lines.length > 0) await file.write(lines.join(''));
    },
  };
}
