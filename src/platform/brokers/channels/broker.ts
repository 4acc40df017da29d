export interface OutgoingMessage {
  /** The id of its event, so that a repeated message has the same id. */
  readonly id: string;
  readonly channel: string;
  /** Messages with the same key keep their order. */
  readonly key: string;
  readonly body: Buffer;
  /** Of the trace that led to it, for brokers that have headers. */
  readonly traceparent?: string | null | undefined;
}

export interface IncomingMessage {
  readonly broker: string;
  readonly channel: string;
  /** Recognises a repeated message; null if the broker has no ids and delivers to every instance. */
  readonly id: string | null;
  /** The id under which an earlier version may have recorded it; it counts only if recorded after `sentAt`. */
  readonly formerId?: { readonly id: string; readonly sentAt: Date } | undefined;
  readonly body: Uint8Array;
  /** Of the sender's trace. */
  readonly traceparent?: string | undefined;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/**
 * Handles a message: resolves once its change is committed, or it is stored as a dead letter.
 * @throws {Busy} if the message should be retried in a moment
 */
export type Receive = (message: IncomingMessage) => Promise<void>;

/** A connection to other systems. It connects by itself and reconnects when the connection is lost. */
export interface Broker {
  readonly name: string;

  /**
   * Resolves once the broker has accepted all messages, in this order.
   * @throws {Unreachable} if it has not; some may have been published, and are published again with the retry
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;

  /** Connects, and from then on passes each incoming message to `receive`, one at a time for each channel. */
  open(receive: Receive): void;

  /** Accepts no further message, and resolves once the current one is handled. */
  stopReceiving(): Promise<void>;

  close(): Promise<void>;
}
