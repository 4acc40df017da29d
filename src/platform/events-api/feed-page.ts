import type { StoredEvent } from '../../kernel/domain/events.js';

/** A slice of the log as it is sent, serialised once for all clients at the same position. */
export class FeedPage {
  readonly upTo: number;
  readonly #bytes = new Map<number, Buffer>();

  /** @param after the page has every event after this position, up to `upTo` */
  constructor(
    readonly after: number,
    private readonly events: readonly StoredEvent[],
  ) {
    this.upTo = events.at(-1)?.position ?? after;
  }

  get size(): number {
    return this.events.length;
  }

  bytesAfter(position: number): Buffer {
    const known = this.#bytes.get(position);
    if (known) return known;
    const bytes = Buffer.from(
      this.events
        .filter((event) => event.position > position)
        .map(message)
        .join(''),
    );
    this.#bytes.set(position, bytes);
    return bytes;
  }
}

/** JSON without line breaks, so one line of data. */
function message(event: StoredEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
