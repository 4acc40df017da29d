/** A message as it leaves us. */
export interface OutgoingMessage {
  /** The id of the event that it tells of: the same message again has the same one. */
  readonly id: string;
  readonly channel: string;
  /** Messages of one key keep their order. */
  readonly key: string;
  readonly body: Buffer;
  /** Of the trace that led to it, where the broker can carry it beside the body. */
  readonly traceparent?: string | null | undefined;
}

/** A message as it reaches us. */
export interface IncomingMessage {
  readonly broker: string;
  readonly channel: string;
  /** By which it is known when it comes again; null where the broker has no such thing and tells every instance. */
  readonly id: string | null;
  /** By which a version before this one may have noted it, if it was noted no earlier than it was sent. */
  readonly formerId?: { readonly id: string; readonly sentAt: Date } | undefined;
  readonly body: Uint8Array;
  /** Of the trace that it belongs to, as whoever sent it says. */
  readonly traceparent?: string | undefined;
  /** How often it has been tried, this time included. */
  readonly attempt: number;
}

/**
 * Takes a message: resolves once what it changed is committed, or it is kept with the reason why it cannot be.
 * @throws {Busy} where it should come again in a moment; nothing has changed then
 */
export type Receive = (message: IncomingMessage) => Promise<void>;

/** The way to other systems. It connects by itself, and again where the connection is lost. */
export interface Broker {
  readonly name: string;

  /**
   * Resolves once the broker has taken all of them, in this order.
   * @throws {Unreachable} where it has not: some of them may have gone, and go again
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;

  /** Connects, and from now on hands over what comes in, one message of a channel after the other. */
  open(receive: Receive): void;

  /** Takes no further message, and resolves once the one at hand is done with. */
  stopReceiving(): Promise<void>;

  close(): Promise<void>;
}
