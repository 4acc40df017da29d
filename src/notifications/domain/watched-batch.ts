import type { DomainEvent } from '../../kernel/domain/events.js';
import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { Aggregate } from '../../kernel/domain/store.js';
import { requireCode } from '../../vocabulary/code.js';
import { InvalidDay, requireDay } from '../../vocabulary/eta.js';
import { requireQuantity } from '../../vocabulary/quantity.js';
import { requireCount, requireTime } from './require.js';
import { NAMED_ORDERS, type Alert, type LateAlert, type LostPromisesAlert } from './alert.js';
import type { AlertPolicy } from './alert-policy.js';

/** An order line that lost its claim on the batch and fits in no other. */
export interface LostPromise {
  /** Position of the event that reports it. */
  readonly position: number;
  readonly orderId: string;
  readonly quantity: number;
  /** Version of the product: promises lost in one change share it. */
  readonly productVersion: number;
  readonly lostAt: Date;
}

/** A batch with order lines has another date. */
export interface ChangedDate {
  /** `YYYY-MM-DD`; null: it counted as on hand. */
  readonly previousEta: string | null;
  /** `YYYY-MM-DD` */
  readonly eta: string;
  readonly lines: number;
  readonly units: number;
  /** The first of their orders. */
  readonly orderIds: readonly string[];
}

/** The date from which a batch has slipped; `eta` is null if it counted as on hand. */
export interface SlippedFrom {
  readonly eta: string | null;
}

export interface WatchedBatchState {
  /** When the buyers last got an alert of lost promises, and the version of the product then; null if never. */
  readonly alertedAt: Date | null;
  readonly alertedVersion: number | null;
  /** Lines and units lost since then, not reported yet. */
  readonly lines: number;
  readonly units: number;
  /** The first of their orders. */
  readonly orderIds: readonly string[];
  /** The dates (`YYYY-MM-DD`) that were reported as overdue. */
  readonly overdueOn: readonly string[];
  /** Where the slip began of which the alert is in no mail yet; null if there is none. */
  readonly slippedFrom: SlippedFrom | null;
}

const NOTHING_WAITS = { lines: 0, units: 0, orderIds: [] };
const UNKNOWN: WatchedBatchState = {
  alertedAt: null,
  alertedVersion: null,
  ...NOTHING_WAITS,
  overdueOn: [],
  slippedFrom: null,
};

/**
 * What buyers have to know of a batch of a SKU: the promises that it lost, that it comes later, and that it is overdue. Lost
 * promises have a quiet period of their own: promises lost within it are collected and reported when it is over.
 */
export class WatchedBatch implements Aggregate {
  readonly sku: string;
  readonly reference: string;
  /** Always empty: this feature publishes no events. */
  readonly events = new RecordedEvents<DomainEvent>();
  /** Promises lost since the batch was loaded; each is stored. */
  readonly lost: LostPromise[] = [];
  readonly #overdue: Alert[] = [];
  #late: LateAlert | null = null;
  #withdrawsLate = false;
  #lostPromises: LostPromisesAlert | null = null;
  #state: WatchedBatchState;
  #revision = 0;

  /**
   * @param state null if nothing was reported about the batch yet
   * @throws {InvalidCode | InvalidDay | InvalidValue}
   */
  constructor(sku: string, reference: string, state: WatchedBatchState | null) {
    requireCode(sku, 'sku');
    requireCode(reference, 'reference');
    this.sku = sku;
    this.reference = reference;
    this.#state = checked(state ?? UNKNOWN);
  }

  get state(): WatchedBatchState {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The alerts to send, in order. */
  get alerts(): readonly Alert[] {
    return [this.#lostPromises, this.#late, ...this.#overdue].filter((alert) => alert !== null);
  }

  /** Whether the alerts cover all promises that the batch has lost until now. */
  get reportsLostPromises(): boolean {
    return this.#lostPromises !== null;
  }

  /** Whether an alert that it is late, which is in no mail yet, is not true any more. */
  get withdrawsLate(): boolean {
    return this.#withdrawsLate;
  }

  /** @throws {InvalidCode | InvalidQuantity | InvalidValue} if the promise is not valid; nothing has changed then */
  lose(promise: LostPromise, policy: AlertPolicy): void {
    const { position, orderId, quantity, productVersion, lostAt } = promise;
    requireCount(position, 'position', 1);
    requireCode(orderId, 'orderId');
    requireQuantity(quantity, 1);
    requireCount(productVersion, 'productVersion', 1);
    requireTime(lostAt, 'lostAt');
    this.lost.push(Object.freeze({ position, orderId, quantity, productVersion, lostAt }));
    this.#become({
      lines: this.#state.lines + 1,
      units: this.#state.units + quantity,
      orderIds: named(this.#state.orderIds, [orderId]),
    });
    // One change may cost more promises than are read at a time: they belong to the same alert.
    const isSameNews = this.#lostPromises !== null || productVersion === this.#state.alertedVersion;
    if (isSameNews || this.#isQuietPeriodOver(lostAt, policy)) this.#report(lostAt, productVersion);
  }

  /** Reports what was collected if the quiet period is over. */
  passTime(at: Date, policy: AlertPolicy): void {
    if (this.#state.lines > 0 && this.#isQuietPeriodOver(at, policy))
      this.#report(at, this.#state.alertedVersion);
  }

  /**
   * The date `eta` has passed: sends one alert for each date.
   * @throws {InvalidDay | InvalidValue} if a value is not valid; nothing has changed then
   */
  becomeOverdue(eta: string, lines: number, units: number): void {
    requireDueDay(eta);
    requireCount(lines, 'lines', 1);
    requireCount(units, 'units', 1);
    if (this.#state.overdueOn.includes(eta)) return;
    const { sku, reference: batchReference } = this;
    this.#overdue.push(Object.freeze({ kind: 'overdue', sku, batchReference, eta, lines, units }));
    this.#become({ overdueOn: [...this.#state.overdueOn, eta] });
  }

  /**
   * It has another date: sends one alert of a slip. As long as that is in no mail, a further slip changes it, and a slip that
   * is taken back withdraws it.
   * @throws {InvalidCode | InvalidDay | InvalidValue} if a value is not valid; nothing has changed then
   */
  changeDate({ previousEta, eta, lines, units, orderIds }: ChangedDate): void {
    requireDueDay(eta);
    if (previousEta !== null) requireDueDay(previousEta);
    requireCount(lines, 'lines', 1);
    requireCount(units, 'units', 1);
    orderIds.forEach((orderId) => requireCode(orderId, 'orderId'));
    const from = this.#state.slippedFrom ?? { eta: previousEta };
    this.#endSlip();
    if (from.eta !== null && eta <= from.eta) return;
    const { sku, reference: batchReference } = this;
    const facts = { eta, lines, units, orderIds: named([], orderIds) };
    this.#late = Object.freeze({ kind: 'late', sku, batchReference, previousEta: from.eta, ...facts });
    this.#become({ slippedFrom: from });
  }

  /** It has arrived: that it was to be late is no news any more. */
  arrive(): void {
    this.#endSlip();
  }

  #endSlip(): void {
    if (this.#state.slippedFrom === null) return;
    if (this.#late === null) this.#withdrawsLate = true;
    this.#late = null;
    this.#become({ slippedFrom: null });
  }

  #isQuietPeriodOver(at: Date, { lostPromiseQuietPeriodMs }: AlertPolicy): boolean {
    const { alertedAt } = this.#state;
    return alertedAt === null || at.getTime() - alertedAt.getTime() >= lostPromiseQuietPeriodMs;
  }

  #report(at: Date, alertedVersion: number | null): void {
    const { sku, reference: batchReference } = this;
    const { lines, units, orderIds } = this.#state;
    const before = this.#lostPromises ?? NOTHING_WAITS;
    this.#lostPromises = Object.freeze({
      kind: 'lost-promises',
      sku,
      batchReference,
      lines: before.lines + lines,
      units: before.units + units,
      orderIds: named(before.orderIds, orderIds),
    });
    this.#become({ ...NOTHING_WAITS, alertedAt: at, alertedVersion });
  }

  #become(change: Partial<WatchedBatchState>): void {
    this.#state = checked({ ...this.#state, ...change });
    this.#revision++;
  }
}

/** A checked and frozen copy. */
function checked(state: WatchedBatchState): WatchedBatchState {
  requireCount(state.lines, 'lines', 0);
  requireCount(state.units, 'units', 0);
  if (state.alertedAt) requireTime(state.alertedAt, 'alertedAt');
  if (state.alertedVersion !== null) requireCount(state.alertedVersion, 'alertedVersion', 1);
  state.orderIds.forEach((orderId) => requireCode(orderId, 'orderId'));
  state.overdueOn.forEach(requireDueDay);
  if (state.slippedFrom && state.slippedFrom.eta !== null) requireDueDay(state.slippedFrom.eta);
  const [orderIds, overdueOn] = [[...state.orderIds], [...state.overdueOn]];
  return Object.freeze({
    ...state,
    orderIds: Object.freeze(orderIds),
    overdueOn: Object.freeze(overdueOn),
  });
}

function requireDueDay(day: string | null): void {
  requireDay(day, 'eta');
  if (day === null) throw new InvalidDay('eta');
}

const named = (orderIds: readonly string[], more: readonly string[]): readonly string[] =>
  Object.freeze([...orderIds, ...more].slice(0, NAMED_ORDERS));
