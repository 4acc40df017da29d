import { once } from 'node:events';
import { printable } from '../logging/escape-control-characters.js';
import { outliveOutput } from '../shutdown/output.js';

const closed = new AbortController();

/** Aborted when stdout or stderr can no longer be written, e.g. by `… | head`: the rest of the output is useless. */
export const outputClosed: AbortSignal = closed.signal;

/**
 * Watches stdout and stderr; to be called once, before anything is written. If the reader closes its end, the command
 * ends quietly. If writing to stdout fails for another reason, such as a full disk, it fails with one line.
 */
export function watchOutput(): void {
  outliveOutput();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !closed.signal.aborted) {
      process.stderr.write(`Cannot write to stdout: ${printable(error.message)}\n`);
      process.exitCode = 1;
    }
    closed.abort();
  });
  process.stderr.on('error', () => closed.abort());
}

/** Writes to stdout no faster than it is read; writes nothing once it is closed. */
export async function writeOut(text: string): Promise<void> {
  if (closed.signal.aborted || process.stdout.write(text)) return;
  await once(process.stdout, 'drain', { signal: closed.signal }).catch((error: unknown) => {
    if (!closed.signal.aborted) throw error;
  });
}
