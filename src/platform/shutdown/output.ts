import type { WriteStream } from 'node:tty';

/** Bytes that may wait for somebody to read them: some thousand lines of a log. */
const MOST_UNREAD = 1024 * 1024;

/**
 * Lets the process live on whatever becomes of its output: a reader that is gone, a terminal that was closed, a disk
 * that is full. What is written then is lost. A terminal that is held (Ctrl-S) holds the output alone, and not the process.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
    if (stream.isTTY) unblock(stream);
  }
}

/** Whether there is room for more in front of whoever reads: a reader that has stopped would else fill our memory. */
export function isRead(stream: NodeJS.WriteStream): boolean {
  return stream.writableLength < MOST_UNREAD;
}

/** The streams whose lines of this turn are held back. */
const gathering = new Set<NodeJS.WriteStream>();

/**
 * Writes what this turn of the process has to say at its end and at once: a line costs more to write than to make, and
 * each call of a busy service has one. Whatever ends the process in good order, also an error that nobody has caught,
 * writes it first.
 */
export function gatherTurn(stream: NodeJS.WriteStream): void {
  if (stream.isTTY || gathering.has(stream)) return;
  if (gathering.size === 0) {
    process.once('exit', writeGathered);
    setImmediate(writeGathered);
  }
  gathering.add(stream);
  stream.cork();
}

function writeGathered(): void {
  process.off('exit', writeGathered);
  for (const stream of gathering) stream.uncork();
  gathering.clear();
}

/** Node makes writing to a terminal blocking, and knows of no other way to take that back. */
function unblock(stream: WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (isBlocking: boolean) => number } };
  handle?.setBlocking?.(false);
}
