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

/** The name of our durable consumer on the stream of each channel that comes in. */
export const CONSUMER = 'earmark';
/** After which a message goes to another instance, because the one that had it may be dead. */
const ACK_WAIT_MS = 10_000;
/** For how long the server knows a message id again: longer than it takes to start again after a crash. */
const DUPLICATE_WINDOW_MS = 2 * 60_000;
/** A day's consumer outage must not cost a message; a week's fills the disk. */
export const KEPT_MS = 7 * 24 * 3_600_000;

export const streamOf = (channel: string): string => `earmark_${channel}`;

/** Makes the stream where there is none; one that is there stays as an operator may have changed it. */
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
      // One at a time, over all instances: a message that has to come again would be overtaken otherwise.
      max_ack_pending: 1,
    });
  }
}

export const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;
