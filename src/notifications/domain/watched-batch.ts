import type { DomainEvent } from '../../shared/domain/events.js';
import { RecordedEvents } from '../../shared/domain/recorded-events.js';
import type { Aggregate } from '../../shared/domain/store.js';
import { NAMED_ORDERS, type Alert, type LostPromisesAlert } from './alert.js';
import type { AlertPolicy } from './alert-policy.js';

/** An order line that lost its claim on the batch, and fits nowhere else. */
export interface LostPromise {
  /** Of the event that says so. */
  readonly position: number;
  readonly orderId: string;
  readonly quantity: number;
  /** Of the product: promises that one change has cost share it. */
  readonly productVersion: number;
  readonly lostAt: Date;
}

export interface WatchedBatchState {
  /** When the buyers last got an alert of lost promises, and of which change; null if never. */
  readonly alertedAt: Date | null;
  readonly alertedVersion: number | null;
  /** Lost since then, and still to be reported. */
  readonly lines: number;
  readonly units: number;
  /** The first of their orders. */
  readonly orderIds: readonly string[];
  /** The days (`YYYY-MM-DD`) on which the batch was due, and that were reported as overdue. */
  readonly overdueOn: readonly string[];
}

const NOTHING_WAITS = { lines: 0, units: 0, orderIds: [] };
const UNKNOWN: WatchedBatchState = {
  alertedAt: null,
  alertedVersion: null,
  ...NOTHING_WAITS,
  overdueOn: [],
};

/**
 * What the buyers have to know of a batch of a SKU: the promises that it could not keep, and that it is overdue. Lost
 * promises have a quiet time of their own; those that are lost in it are collected, and reported when it is over.
 */
export class WatchedBatch implements Aggregate {
  readonly sku: string;
  readonly reference: string;
  /** This feature publishes none. */
  readonly events = new RecordedEvents<DomainEvent>();
  /** To be kept one by one, so that none is lost in the counting. */
  readonly lost: LostPromise[] = [];
  readonly #overdue: Alert[] = [];
  #lostPromises: LostPromisesAlert | null = null;
  #state: WatchedBatchState;
  #revision = 0;

  /** @param state null if nothing was ever reported of the batch */
  constructor(sku: string, reference: string, state: WatchedBatchState | null) {
    this.sku = sku;
    this.reference = reference;
    this.#state = state ?? UNKNOWN;
  }

  get state(): WatchedBatchState {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** What is to be sent, in order. */
  get alerts(): readonly Alert[] {
    return this.#lostPromises ? [this.#lostPromises, ...this.#overdue] : this.#overdue;
  }

  /** Whether the alert of this change names or counts all promises that were lost until now. */
  get reportsLostPromises(): boolean {
    return this.#lostPromises !== null;
  }

  lose(promise: LostPromise, policy: AlertPolicy): void {
    const { orderId, quantity, productVersion, lostAt } = promise;
    this.lost.push(promise);
    this.#become({
      lines: this.#state.lines + 1,
      units: this.#state.units + quantity,
      orderIds: named(this.#state.orderIds, [orderId]),
    });
    // One change may cost more promises than are read at a time: they are the same news.
    const isSameNews = this.#lostPromises !== null || productVersion === this.#state.alertedVersion;
    if (isSameNews || this.#isQuietOver(lostAt, policy)) this.#report(lostAt, productVersion);
  }

  /** Time has passed, whether promises were lost or not. */
  passTime(at: Date, policy: AlertPolicy): void {
    if (this.#state.lines > 0 && this.#isQuietOver(at, policy)) this.#report(at, this.#state.alertedVersion);
  }

  /** The day `eta` has passed: one alert for each day on which the batch was due. */
  becomeOverdue(eta: string, lines: number, units: number): void {
    if (this.#state.overdueOn.includes(eta)) return;
    const { sku, reference: batchReference } = this;
    this.#overdue.push({ kind: 'overdue', sku, batchReference, eta, lines, units });
    this.#become({ overdueOn: [...this.#state.overdueOn, eta] });
  }

  #isQuietOver(at: Date, { lostPromiseQuietPeriodMs }: AlertPolicy): boolean {
    const { alertedAt } = this.#state;
    return alertedAt === null || at.getTime() - alertedAt.getTime() >= lostPromiseQuietPeriodMs;
  }

  #report(at: Date, alertedVersion: number | null): void {
    const { sku, reference: batchReference } = this;
    const { lines, units, orderIds } = this.#state;
    const before = this.#lostPromises ?? NOTHING_WAITS;
    this.#lostPromises = {
      kind: 'lost-promises',
      sku,
      batchReference,
      lines: before.lines + lines,
      units: before.units + units,
      orderIds: named(before.orderIds, orderIds),
    };
    this.#become({ ...NOTHING_WAITS, alertedAt: at, alertedVersion });
  }

  #become(change: Partial<WatchedBatchState>): void {
    this.#revision++;
    this.#state = { ...this.#state, ...change };
  }
}

const named = (orderIds: readonly string[], more: readonly string[]): readonly string[] =>
  [...orderIds, ...more].slice(0, NAMED_ORDERS);
