interface Caused {
  readonly id: string;
  readonly position: number;
  readonly causationId: string | null;
}

export interface Link<Event> {
  readonly event: Event;
  /** How many causes it has within the chain, one behind the other. */
  readonly depth: number;
  /** The position of the event that caused it; null if a call did, or if that event is not among those given. */
  readonly cause: number | null;
}

/** Each event under the one that caused it; those that one event caused, in the order in which they happened. */
export function chainOf<Event extends Caused>(events: readonly Event[]): readonly Link<Event>[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const effects = new Map<Event | undefined, Event[]>();
  for (const event of events.toSorted((a, b) => a.position - b.position)) {
    const cause = event.causationId === null ? undefined : byId.get(event.causationId);
    const ofCause = effects.get(cause);
    if (ofCause) ofCause.push(event);
    else effects.set(cause, [event]);
  }
  const links: Link<Event>[] = [];
  // A list and no recursion: a chain may be thousands of events deep.
  const waiting = (effects.get(undefined) ?? []).toReversed().map((event) => link(event, 0, null));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    links.push(next);
    const { event, depth } = next;
    for (const effect of (effects.get(event) ?? []).toReversed())
      waiting.push(link(effect, depth + 1, event.position));
  }
  return links;
}

const link = <Event>(event: Event, depth: number, cause: number | null): Link<Event> => ({
  event,
  depth,
  cause,
});
