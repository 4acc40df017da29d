import { once } from 'node:events';
import { printable } from '../logging/escape-control-characters.js';

const gone = new AbortController();

/** Aborted when nobody reads stdout any more, as after `… | head`: what is still to be written is of no use. */
export const readerGone: AbortSignal = gone.signal;

/**
 * To be called once, before anything is written. A reader that has gone ends a command quietly; if stdout fails for
 * another reason, a full disk say, the command fails with one line.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !gone.signal.aborted) {
      process.stderr.write(`Cannot write to stdout: ${printable(error.message)}\n`);
      process.exitCode = 1;
    }
    gone.abort();
  });
  // Without stderr there is nobody to report that to.
  process.stderr.on('error', () => undefined);
}

/** Writes to stdout no faster than it is read; nothing once its reader has gone. */
export async function writeOut(text: string): Promise<void> {
  if (gone.signal.aborted || process.stdout.write(text)) return;
  await once(process.stdout, 'drain', { signal: gone.signal }).catch((error: unknown) => {
    if (!gone.signal.aborted) throw error;
  });
}
