import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
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
): Promise<StreamInfo> {
  const name = streamOf(channel);
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.StreamNotFound)) throw error;
    return manager.streams.add({
      name,
      subjects: [channel, `${channel}.>`],
      storage: StorageType.File,
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      ...config,
    });
  }
}

/**
 * Creates our consumer if it is missing. One that is ahead of its stream is created again, as the operator has configured
 * it: a server that was killed may have lost where an empty stream was, number its messages from 1 again, and hold those
 * for delivered that come until the numbers have caught up.
 * @returns how it was found
 */
export async function ensureConsumer(
  manager: JetStreamManager,
  channel: string,
): Promise<'present' | 'ahead' | 'missing'> {
  const stream = streamOf(channel);
  try {
    // In this order: what it was delivered is in the stream by the time that this is looked at.
    const { config, delivered } = await manager.consumers.info(stream, CONSUMER);
    const { state } = await manager.streams.info(stream);
    if (delivered.stream_seq <= state.last_seq) return 'present';
    await manager.consumers.delete(stream, CONSUMER);
    await manager.consumers.add(stream, config);
    return 'ahead';
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(stream, {
      durable_name: CONSUMER,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // One at a time over all instances: otherwise later messages would overtake one that is retried.
      max_ack_pending: 1,
    });
    return 'missing';
  }
}

export const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;
