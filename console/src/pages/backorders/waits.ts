/** A line that waits, of the queue of a product. */
export interface WaitingLine {
  readonly orderId: string;
  readonly quantity: number;
  readonly priority: number;
}

/** The part of an event that says since when a line waits. */
export interface BackorderedEvent {
  readonly occurredAt: string;
  readonly data: { readonly orderId: string; readonly sku: string; readonly reason: string };
}

/** Since when each order waits, by SKU. */
export type Waits = Map<string, Map<string, string>>;

/** Adds what the events say, the oldest first. A line that waits on other terms has waited since before. */
export function noteWaits(waits: Waits, events: readonly BackorderedEvent[]): void {
  for (const { occurredAt, data } of events) {
    const ofSku = waits.get(data.sku) ?? new Map<string, string>();
    if (data.reason !== 'amended' || !ofSku.has(data.orderId)) ofSku.set(data.orderId, occurredAt);
    waits.set(data.sku, ofSku);
  }
}

/** The queue of one product in a few figures. */
export interface QueueSummary {
  readonly sku: string;
  readonly lines: number;
  /** Whether there are more lines than were read. */
  readonly hasMore: boolean;
  readonly units: number;
  readonly largest: WaitingLine;
  /** null: the log does not go back so far. */
  readonly oldest: { readonly orderId: string; readonly since: string } | null;
  readonly highestPriority: number;
}

/** null: nobody waits for it. */
export function summaryOf(
  sku: string,
  queue: readonly WaitingLine[],
  hasMore: boolean,
  since: ReadonlyMap<string, string> = new Map(),
): QueueSummary | null {
  if (queue.length === 0) return null;
  const dated = queue.flatMap(({ orderId }) => {
    const time = since.get(orderId);
    return time === undefined ? [] : [{ orderId, since: time }];
  });
  return {
    sku,
    lines: queue.length,
    hasMore,
    units: queue.reduce((sum, { quantity }) => sum + quantity, 0),
    largest: queue.reduce((most, line) => (line.quantity > most.quantity ? line : most)),
    oldest: dated.toSorted((one, other) => compare(one.since, other.since))[0] ?? null,
    highestPriority: Math.max(...queue.map(({ priority }) => priority)),
  };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
