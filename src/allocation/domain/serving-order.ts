import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import type { Policy } from './policy.js';
import type { WaitingLine } from './waiting-line.js';

/** Offers one line after the other, and is told whether it got its units. */
export type ServingOrder = Generator<WaitingLine, void, boolean>;

/**
 * In which order lines that wait are offered units that are free (rule 12). Units only become fewer meanwhile, so that a
 * line which they did not meet is not offered them again.
 * @param lines the head of the queue first
 * @param lastChannel the channel that was served last; undefined: none was
 */
export function servingOrder(
  { backorders }: Policy,
  lines: readonly WaitingLine[],
  lastChannel: string | undefined,
): ServingOrder {
  if (backorders === 'strict') return strict(lines);
  return backorders === 'fair-share' ? fairShare(lines, lastChannel) : firstFit(lines);
}

/** Lines of no channel are one channel of their own, which comes first. */
export const channelOf = ({ terms: { channel = '' } }: Pick<WaitingLine, 'terms'>): string => channel;

function* firstFit(lines: readonly WaitingLine[]): ServingOrder {
  for (const line of lines) yield line;
}

/** The lines behind one that was not met wait with it. */
function* strict(lines: readonly WaitingLine[]): ServingOrder {
  for (const line of lines) if (!(yield line)) return;
}

/**
 * Each channel in turn gets the units of one line. The turns go through the channels in the order of their names, again and
 * again, so that one that waits is served once before any other is served twice.
 */
function* fairShare(lines: readonly WaitingLine[], lastChannel: string | undefined): ServingOrder {
  const turns = channelsAfter(lastChannel, lines);
  for (let its = turns.shift(); its; its = turns.shift()) if (yield* firstThatIsMet(its)) turns.push(its);
}

/** @returns whether a line was met; those before it are not offered again */
function* firstThatIsMet(lines: IterableIterator<WaitingLine>): Generator<WaitingLine, boolean, boolean> {
  // The iterator of an array goes on where a loop has left it.
  for (const line of lines) if (yield line) return true;
  return false;
}

/** The lines of each channel, that of the next turn first. */
function channelsAfter(
  lastChannel: string | undefined,
  lines: readonly WaitingLine[],
): IterableIterator<WaitingLine>[] {
  const byChannel = new Map<string, WaitingLine[]>();
  for (const line of lines) {
    const its = byChannel.get(channelOf(line));
    if (its) its.push(line);
    else byChannel.set(channelOf(line), [line]);
  }
  const names = [...byChannel.keys()].sort(compareBytes);
  const isNext = (name: string) => lastChannel === undefined || compareBytes(name, lastChannel) > 0;
  const inTurn = [...names.filter(isNext), ...names.filter((name) => !isNext(name))];
  return inTurn.map((name) => byChannel.get(name)!.values());
}
