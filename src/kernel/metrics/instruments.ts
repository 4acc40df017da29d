import {
  createNoopMeter,
  type Attributes,
  type BatchObservableResult,
  type Counter,
  type Meter,
  type Observable,
} from '@opentelemetry/api';
import { REFUSED_BY } from './bounds.js';

/** What a person waits for: from a millisecond to the ten seconds after which he has gone. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CALLS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Why a transaction is run again: codes of the server would be too many labels. */
export const RETRIED = {
  conflict: { reason: 'conflict' },
  connection: { reason: 'connection' },
  deadlock: { reason: 'deadlock' },
  fault: { reason: 'fault' },
  lock: { reason: 'lock' },
  resources: { reason: 'resources' },
  serialization: { reason: 'serialization' },
} as const;

/** Names and units as OpenTelemetry's conventions have them; docs/operations.md says what each tells. */
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
      description: 'How long the call of a group waited for it that had waited longest.',
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    retries: meter.createCounter('earmark.retries', {
      unit: '{retry}',
      description: 'Transactions that were run again, by the reason; conflict: somebody else was faster.',
    }),
    givenUp: meter.createCounter('earmark.retries.exhausted', {
      unit: '{transaction}',
      description: 'Transactions that contention or a database that is away did not let through in time.',
    }),
    refused: meter.createCounter('earmark.refused', {
      unit: '{call}',
      description: 'Calls and connections that were refused or cut to protect other callers, by the bound.',
    }),
    events: meter.createCounter('earmark.events', {
      unit: '{event}',
      description: 'Events that were committed, by type.',
    }),
    messagesIn: meter.createCounter('messaging.client.consumed.messages', {
      unit: '{message}',
      description: 'Messages that came in over a broker and were done with.',
    }),
    messagesOut: meter.createCounter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Messages that a broker has taken.',
    }),
    deadLetters: meter.createCounter('earmark.dead_letters', {
      unit: '{message}',
      description: 'Messages that could not be read or applied, and were kept with the reason.',
    }),
    lag: meter.createObservableGauge('earmark.subscription.lag', {
      unit: '{event}',
      description: 'Events that a subscription has yet to read, by their positions.',
    }),
    lagDuration: meter.createObservableGauge('earmark.subscription.lag.duration', {
      unit: 's',
      description: 'Age of the oldest event that a subscription has yet to read.',
    }),
    parked: meter.createObservableGauge('earmark.subscription.parked', {
      unit: '{event}',
      description: 'Events of a subscription that wait for an operator.',
    }),
    connections: meter.createObservableUpDownCounter('db.client.connection.count', {
      unit: '{connection}',
      description: 'Connections to the database, by state.',
    }),
    mostConnections: meter.createObservableUpDownCounter('db.client.connection.max', {
      unit: '{connection}',
      description: 'Connections to the database that there may be.',
    }),
    diskFull: meter.createObservableGauge('earmark.database.disk_full', {
      description: 'Whether the disk of the database was full when something was last written: 1 or 0.',
    }),
    waitingForConnection: meter.createObservableUpDownCounter('db.client.connection.pending_requests', {
      unit: '{request}',
      description: 'Pieces of work that wait for a connection to the database.',
    }),
  };
}

/**
 * What the service measures. Until `measureWith` is called it does nothing, at the price of an empty call: OpenTelemetry
 * keeps no promise for a meter that was asked for before there was one.
 */
export const metrics = { ...instrumentsOf(createNoopMeter()) };
let meter = createNoopMeter();

export function bindMeter(its: Meter): void {
  meter = its;
  Object.assign(metrics, instrumentsOf(its));
  initialiseAtZero(metrics.retries, ...Object.values(RETRIED));
  initialiseAtZero(metrics.givenUp, ...Object.values(RETRIED));
  initialiseAtZero(metrics.refused, ...Object.keys(REFUSED_BY).map((bound) => ({ bound })));
}

/** Of a feature's own instruments: to be asked when the application starts, and not before. */
export function currentMeter(): Meter {
  return meter;
}

/** A counter that is told from the start: of one that first appears with a count, Prometheus does not see the rise. */
export function initialiseAtZero(counter: Counter, ...labels: readonly Attributes[]): Counter {
  for (const each of labels) counter.add(0, each);
  return counter;
}

/**
 * Has a question asked whenever somebody collects what these tell. One that fails leaves them out that time.
 * @returns how to stop that
 */
export function onCollect(
  observables: readonly Observable[],
  ask: (result: BatchObservableResult) => Promise<void> | void,
): () => void {
  const asked = meter;
  const all = [...observables];
  asked.addBatchObservableCallback(ask, all);
  return () => asked.removeBatchObservableCallback(ask, all);
}
