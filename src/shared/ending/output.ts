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

/** Node makes writing to a terminal blocking, and knows of no other way to take that back. */
function unblock(stream: WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (isBlocking: boolean) => number } };
  handle?.setBlocking?.(false);
}
