import type { StoredEvent } from '../../kernel/domain/events.js';
import { matches, type EventFilter } from '../../kernel/event-log/event-filter.js';

interface LoggedEvent {
  readonly event: StoredEvent;
  readonly subject: string | null;
}

/** A slice of the log as it is sent, serialised once for all clients. */
export class FeedPage {
  readonly upTo: number;
  readonly #bytes = new Map<number, Buffer>();
  readonly #messages = new Map<StoredEvent, string>();

  /** @param after the page has every event after this position, up to `upTo` */
  constructor(
    readonly after: number,
    private readonly events: readonly LoggedEvent[],
  ) {
    this.upTo = events.at(-1)?.event.position ?? after;
  }

  get size(): number {
    return this.events.length;
  }

  bytesAfter(position: number): Buffer {
    const known = this.#bytes.get(position);
    if (known) return known;
    const bytes = Buffer.from(
      this.events
        .filter(({ event }) => event.position > position)
        .map(({ event }) => this.#messageOf(event))
        .join(''),
    );
    this.#bytes.set(position, bytes);
    return bytes;
  }

  /** The events after a position that a filter lets pass. */
  matching(position: number, filter: EventFilter): FeedPart {
    const events = this.events
      .filter(({ event, subject }) => event.position > position && matches(filter, event, subject))
      .map(({ event }) => event);
    return new FeedPart(events, this.upTo, (event) => this.#messageOf(event));
  }

  #messageOf(event: StoredEvent): string {
    let message = this.#messages.get(event);
    if (message === undefined) this.#messages.set(event, (message = messageOf(event)));
    return message;
  }
}

/** The events of a slice of the log that one client wants. */
export class FeedPart {
  readonly lastId: number | undefined;

  /** @param upTo there is no other event that it wants up to here */
  constructor(
    private readonly events: readonly StoredEvent[],
    readonly upTo: number,
    private readonly toMessage: (event: StoredEvent) => string = messageOf,
  ) {
    this.lastId = events.at(-1)?.position;
  }

  get text(): string {
    return this.events.map(this.toMessage).join('');
  }
}

/** JSON without line breaks, so one line of data. */
function messageOf(event: StoredEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
