/** A line of a queue, as far as its place depends on it. */
interface QueuedLine {
  readonly orderId: string;
  readonly priority: number;
}

/** The queue of a product, as far as it is loaded. */
export interface LoadedQueue {
  /** The head first. */
  readonly lines: readonly QueuedLine[];
  readonly hasMore: boolean;
}

/**
 * The place at which the line of the order would stand with another priority, from 1.
 * @returns null if that is not known for certain: among lines of the same priority the oldest comes first, and how old a line is
 *   the API does not say; or lines that would stand before it are not loaded
 */
export function placeWith(priority: number, orderId: string, { lines, hasMore }: LoadedQueue): number | null {
  const others = lines.filter((line) => line.orderId !== orderId);
  if (others.length === lines.length || others.some((line) => line.priority === priority)) return null;
  const isSeenToItsPlace = !hasMore || others.some((line) => line.priority < priority);
  return isSeenToItsPlace ? others.filter((line) => line.priority > priority).length + 1 : null;
}
