import type { StoredEvent } from '../../kernel/domain/events.js';

/** A stretch of the log as it goes over the wire, put into bytes once for all who are equally far. */
export class FeedPage {
  /** Holds every event between here and `upTo`. */
  readonly after: number;
  readonly upTo: number;
  readonly #events: readonly StoredEvent[];
  readonly #bytes = new Map<number, Buffer>();

  constructor(after: number, events: readonly StoredEvent[]) {
    this.after = after;
    this.upTo = events.at(-1)?.position ?? after;
    this.#events = events;
  }

  get size(): number {
    return this.#events.length;
  }

  bytesAfter(position: number): Buffer {
    const known = this.#bytes.get(position);
    if (known) return known;
    const bytes = Buffer.from(
      this.#events
        .filter((event) => event.position > position)
        .map(message)
        .join(''),
    );
    this.#bytes.set(position, bytes);
    return bytes;
  }
}

/** JSON has no line breaks of its own, and so is one line of data. */
function message(event: StoredEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
