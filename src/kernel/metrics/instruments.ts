import {
  createNoopMeter,
  type Attributes,
  type BatchObservableResult,
  type Counter,
  type Meter,
  type Observable,
} from '@opentelemetry/api';
import { REFUSED_BY } from './bounds.js';

/** What a person waits for: from a millisecond to the ten seconds after which they give up. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CALLS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Why a transaction is run again. SQLSTATEs would be too many labels. */
export const RETRIED = {
  conflict: { reason: 'conflict' },
  connection: { reason: 'connection' },
  deadlock: { reason: 'deadlock' },
  fault: { reason: 'fault' },
  lock: { reason: 'lock' },
  resources: { reason: 'resources' },
  serialization: { reason: 'serialization' },
} as const;

/** What becomes of a row of a bulk call. */
export const BULK_ROWS = { accepted: { outcome: 'accepted' }, refused: { outcome: 'refused' } } as const;

/** Names and units follow OpenTelemetry's conventions; docs/operations.md explains each. */
function instrumentsOf(meter: Meter) {
  return {
    groupSize: meter.createHistogram('earmark.group.size', {
      unit: '{call}',
      description: 'Calls that shared a transaction.',
      advice: { explicitBucketBoundaries: CALLS },
    }),
    groupDuration: meter.createHistogram('earmark.group.duration', {
      unit: 's',
      description: 'How long the transaction of a group took, its retries included.',
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    laneWait: meter.createHistogram('earmark.lane.wait', {
      unit: 's',
      description: 'How long the longest-waiting call of a group has waited.',
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    retries: meter.createCounter('earmark.retries', {
      unit: '{retry}',
      description: 'Transactions that were run again, by reason; conflict: another transaction was faster.',
    }),
    givenUp: meter.createCounter('earmark.retries_exhausted', {
      unit: '{transaction}',
      description: 'Transactions that failed for good because of contention or a database that is away.',
    }),
    refused: meter.createCounter('earmark.refused', {
      unit: '{call}',
      description: 'Calls and connections that were refused or cut to protect other callers, by the bound.',
    }),
    bulkRows: meter.createCounter('earmark.bulk.rows', {
      unit: '{row}',
      description: 'Rows of bulk calls that were answered, by outcome.',
    }),
    events: meter.createCounter('earmark.events', {
      unit: '{event}',
      description: 'Events that were committed, by type.',
    }),
    messagesIn: meter.createCounter('messaging.client.consumed.messages', {
      unit: '{message}',
      description: 'Messages that were received over a broker and applied, or found to be repetitions.',
    }),
    messagesOut: meter.createCounter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Messages that a broker has accepted.',
    }),
    deadLetters: meter.createCounter('earmark.dead_letters', {
      unit: '{message}',
      description: 'Messages that could not be read or applied, and were kept with the reason.',
    }),
    lag: meter.createObservableGauge('earmark.subscription.lag', {
      unit: '{event}',
      description: 'Events that a subscription has yet to read, by their positions.',
    }),
    lagDuration: meter.createObservableGauge('earmark.subscription.lag_duration', {
      unit: 's',
      description: 'Age of the oldest event that a subscription has yet to read.',
    }),
    parked: meter.createObservableGauge('earmark.subscription.parked', {
      unit: '{event}',
      description: 'Parked events of a subscription, which wait for an operator.',
    }),
    connections: meter.createObservableUpDownCounter('db.client.connection.count', {
      unit: '{connection}',
      description: 'Connections to the database, by state.',
    }),
    mostConnections: meter.createObservableUpDownCounter('db.client.connection.max', {
      unit: '{connection}',
      description: 'Connections to the database that are allowed.',
    }),
    diskFull: meter.createObservableGauge('earmark.database.disk_full', {
      description: 'Whether the disk of the database was full when something was last written: 1 or 0.',
    }),
    waitingForConnection: meter.createObservableUpDownCounter('db.client.connection.pending_requests', {
      unit: '{request}',
      description: 'Requests that wait for a connection to the database.',
    }),
  };
}

/**
 * What the service measures. Before `bindMeter` it does nothing, at the price of an empty call: instruments that
 * OpenTelemetry gives out before there is a meter stay empty for ever.
 */
export const metrics = { ...instrumentsOf(createNoopMeter()) };
let meter = createNoopMeter();

export function bindMeter(newMeter: Meter): void {
  meter = newMeter;
  Object.assign(metrics, instrumentsOf(newMeter));
  initialiseAtZero(metrics.retries, ...Object.values(RETRIED));
  initialiseAtZero(metrics.givenUp, ...Object.values(RETRIED));
  initialiseAtZero(metrics.bulkRows, BULK_ROWS.accepted, BULK_ROWS.refused);
  initialiseAtZero(metrics.refused, ...Object.keys(REFUSED_BY).map((bound) => ({ bound })));
}

/** For a feature's own instruments. To be called when the application starts, not before. */
export function currentMeter(): Meter {
  return meter;
}

/** Publishes a counter from the start, at 0: if it first appeared with a count, Prometheus would miss the rise. */
export function initialiseAtZero(counter: Counter, ...labels: readonly Attributes[]): Counter {
  for (const each of labels) counter.add(0, each);
  return counter;
}

/**
 * Runs a callback whenever these are collected. If it fails, they are left out that time.
 * @returns removes the callback
 */
export function onCollect(
  observables: readonly Observable[],
  observe: (result: BatchObservableResult) => Promise<void> | void,
): () => void {
  const current = meter;
  const all = [...observables];
  current.addBatchObservableCallback(observe, all);
  return () => current.removeBatchObservableCallback(observe, all);
}
