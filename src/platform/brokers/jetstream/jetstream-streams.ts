import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** The name of our durable consumer on the stream of each incoming channel. */
export const CONSUMER = 'earmark';
/** After this time without an acknowledgement a message goes to another instance: the first may be dead. */
const ACK_WAIT_MS = 10_000;
/** How long the server remembers a message id: longer than a restart after a crash takes. */
const DUPLICATE_WINDOW_MS = 2 * 60_000;
/** How long outgoing messages are kept: an outage of a consumer for a day must lose none, and the disk must not fill. */
export const KEPT_MS = 7 * 24 * 3_600_000;

export const streamOf = (channel: string): string => `earmark_${channel}`;

/** Creates the stream if it is missing. An existing one is left alone, as an operator may have changed it. */
export async function ensureStream(
  manager: JetStreamManager,
  channel: string,
  config: Partial<StreamConfig>,
): Promise<void> {
  const name = streamOf(channel);
  try {
    await manager.streams.info(name);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.StreamNotFound)) throw error;
    await manager.streams.add({
      name,
      subjects: [channel, `${channel}.>`],
      storage: StorageType.File,
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      ...config,
    });
  }
}

export async function ensureConsumer(manager: JetStreamManager, channel: string): Promise<void> {
  try {
    await manager.consumers.info(streamOf(channel), CONSUMER);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(streamOf(channel), {
      durable_name: CONSUMER,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // One at a time over all instances: otherwise later messages would overtake one that is retried.
      max_ack_pending: 1,
    });
  }
}

export const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;
