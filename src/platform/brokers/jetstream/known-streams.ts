import type { Logger } from '@nestjs/common';
import type { StreamInfo } from '@nats-io/jetstream';

/** The streams as this process saw them last: it notices, and logs, if one is replaced by another of the same name. */
export class KnownStreams {
  /** When the stream of each channel was created, as its server says. */
  readonly #created = new Map<string, string>();
  /** The sequence number of the last message that we have published on each channel. */
  readonly #published = new Map<string, number>();

  /** @param address of the server, for the log */
  constructor(
    private readonly logger: Logger,
    private readonly address: string,
  ) {}

  /**
   * @param replicas that it should have
   * @returns whether it is the stream that was seen before
   */
  see(channel: string, { created, config }: StreamInfo, replicas: number): boolean {
    const before = this.#created.get(channel);
    if (before === created) return true;
    this.#created.set(channel, created);
    this.#published.delete(channel);
    if (before !== undefined)
      this.logger.warn(
        `${this.address} has another stream ${config.name}; what was in the former one is gone`,
      );
    if (config.num_replicas < replicas)
      this.logger.warn(
        `The stream ${config.name} has fewer replicas than it should: ${config.num_replicas} instead of ${replicas}`,
      );
    return false;
  }

  /**
   * @param sequence number of a message that we have just published
   * @returns whether the stream was replaced: in one stream our messages have ever higher numbers
   */
  published(channel: string, sequence: number): boolean {
    const isReplaced = sequence < (this.#published.get(channel) ?? 0);
    this.#published.set(channel, sequence);
    return isReplaced;
  }
}
