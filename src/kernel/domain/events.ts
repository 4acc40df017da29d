/** A fact, in the past tense, as the feature that owns it publishes it: plain data. */
export interface DomainEvent {
  readonly type: string;
  /** The version of this event type's schema. */
  readonly version: number;
  /** Events of one key keep their order everywhere. */
  readonly key: string;
  /** A second key by which the event can be found (`EventLog.readAbout`); left out: none. It says nothing about their sequence. */
  readonly subject?: string;
  readonly data: object;
}

/** An event as the log keeps it. */
export type StoredEvent<E extends DomainEvent = DomainEvent> = E & {
  /** The cursor into the log: strictly increasing in the order of commits, gaps are possible. */
  readonly position: number;
  readonly id: string;
  readonly occurredAt: Date;
  /** What started the chain of events that this one belongs to. */
  readonly correlationId: string;
  /** The id of the event that led to this one; null if a caller did. */
  readonly causationId: string | null;
  /** Who did it, or what led to it; null for events that were stored before actors were. */
  readonly actor: string | null;
  /** The trace that led to it; for readers inside the service, not for those outside. */
  readonly traceparent?: string | null | undefined;
};
