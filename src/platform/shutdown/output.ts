import type { WriteStream } from 'node:tty';

/** Bytes of output that may wait to be read: some thousand lines of a log. */
const MOST_UNREAD = 1024 * 1024;

/**
 * Keeps the process alive if its reader is gone, its terminal is closed or the disk is full. The output is lost then. A
 * terminal that is paused (Ctrl-S) pauses the output, not the process.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
    if (stream.isTTY) unblock(stream);
  }
}

/** Whether the reader keeps up. Otherwise unread output would fill the memory. */
export function isRead(stream: NodeJS.WriteStream): boolean {
  return stream.writableLength < MOST_UNREAD;
}

/** Streams whose lines wait for the end of this turn of the event loop. */
const gathering = new Set<NodeJS.WriteStream>();

/**
 * Writes the lines of one turn of the event loop together: writing a line costs more than making it, and a busy service
 * has one for each call. An orderly exit, also by an uncaught error, writes them first.
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

/** Node makes writes to a terminal blocking, and has no public way to undo that. */
function unblock(stream: WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (isBlocking: boolean) => number } };
  handle?.setBlocking?.(false);
}
