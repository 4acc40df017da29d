import type { DomainEvent } from '../../kernel/domain/events.js';
import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { Aggregate } from '../../kernel/domain/store.js';
import { requireCode } from '../../vocabulary/code.js';
import { requireQuantity } from '../../vocabulary/quantity.js';
import { requireCount, requireTime } from './require.js';
import type { ShortageAlert } from './alert.js';
import type { AlertPolicy } from './alert-policy.js';

/** Lines that were refused together. */
export interface Refusals {
  readonly lines: number;
  readonly units: number;
  /** Units that the batch with the most of them had left. */
  readonly available: number;
}

export interface ShortageState {
  /** When it last ran short. */
  readonly since: Date;
  /** When the buyers last got an alert that the SKU is short: the quiet period began then. */
  readonly alertedAt: Date;
  /** Lines refused since the last alert. */
  readonly refusals: number;
  readonly units: number;
  readonly available: number;
  /** When stock came; null while it is short. */
  readonly restockedAt: Date | null;
  /** When the buyers got an alert that stock has come; null if they got none in this quiet period. */
  readonly restockAlertedAt: Date | null;
}

/**
 * A SKU whose lines are refused. The first refusal sends an alert to the buyers and begins a quiet period. Within it they
 * get two alerts at most, however often stock comes and goes: that the SKU is short, and that stock has come. Refusals in
 * between are counted and reported with the next alert.
 */
export class Shortage implements Aggregate {
  readonly sku: string;
  /** Always empty: this feature publishes no events. */
  readonly events = new RecordedEvents<DomainEvent>();
  /** The alerts to send, in order. */
  readonly alerts: ShortageAlert[] = [];
  #state: ShortageState | null;
  #revision = 0;

  /**
   * @param state null if the SKU is not short and there is no quiet period
   * @throws {InvalidCode | InvalidQuantity | InvalidValue}
   */
  constructor(sku: string, state: ShortageState | null) {
    requireCode(sku, 'sku');
    this.sku = sku;
    this.#state = state && checked(state);
  }

  /** null once the SKU is not short and the quiet period is over. */
  get state(): ShortageState | null {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** @throws {InvalidQuantity | InvalidValue} if the refusals are not valid; nothing has changed then */
  refuse({ lines, units, available }: Refusals, at: Date, policy: AlertPolicy): void {
    requireCount(lines, 'lines', 1);
    requireCount(units, 'units', 1);
    requireQuantity(available, 0);
    requireTime(at, 'at');
    const before = this.#state;
    const runsShort = before?.restockedAt !== null;
    this.#become({
      since: runsShort ? at : before.since,
      alertedAt: before?.alertedAt ?? at,
      refusals: (before?.refusals ?? 0) + lines,
      units: (before?.units ?? 0) + units,
      available,
      restockedAt: null,
      restockAlertedAt: before?.restockAlertedAt ?? null,
    });
    if (before === null || isQuietPeriodOver(before, at, policy)) {
      this.#report(runsShort ? 'out-of-stock' : 'still-out-of-stock', at);
    }
  }

  /** Reports what was counted if the quiet period is over. */
  passTime(at: Date, policy: AlertPolicy): void {
    const state = this.#state;
    if (state === null || state.refusals === 0 || !isQuietPeriodOver(state, at, policy)) return;
    this.#report(state.restockedAt ? 'restocked' : 'still-out-of-stock', at);
    if (state.restockedAt) this.#become(null);
  }

  /** Stock has come. The quiet period goes on, or stock that comes and goes would send an alert each time. */
  restock(at: Date, policy: AlertPolicy): void {
    const state = this.#state;
    if (state === null) return;
    const isOver = isQuietPeriodOver(state, at, policy);
    if (state.restockedAt === null) {
      this.#become({ ...state, restockedAt: at });
      const isNews = state.refusals > 0 || policy.notifiesOnRestock;
      if (isNews && (state.restockAlertedAt === null || isOver)) this.#report('restocked', at);
    }
    if (isOver && this.#state?.refusals === 0) this.#become(null);
  }

  #report(kind: ShortageAlert['kind'], at: Date): void {
    const state = this.#state!;
    const { refusals, units, available, alertedAt, restockAlertedAt, since: shortSince } = state;
    const countedFrom = restockAlertedAt ?? alertedAt;
    const { sku } = this;
    this.alerts.push(Object.freeze({ kind, sku, refusals, units, available, countedFrom, shortSince }));
    const began = kind === 'restocked' ? { restockAlertedAt: at } : { alertedAt: at, restockAlertedAt: null };
    this.#become({ ...state, refusals: 0, units: 0, ...began });
  }

  #become(state: ShortageState | null): void {
    this.#state = state && checked(state);
    this.#revision++;
  }
}

/** A checked and frozen copy. */
function checked(state: ShortageState): ShortageState {
  requireCount(state.refusals, 'refusals', 0);
  requireCount(state.units, 'units', 0);
  requireQuantity(state.available, 0);
  requireTime(state.since, 'since');
  requireTime(state.alertedAt, 'alertedAt');
  if (state.restockedAt) requireTime(state.restockedAt, 'restockedAt');
  if (state.restockAlertedAt) requireTime(state.restockAlertedAt, 'restockAlertedAt');
  return Object.freeze({ ...state });
}

function isQuietPeriodOver({ alertedAt }: ShortageState, at: Date, { quietPeriodMs }: AlertPolicy): boolean {
  return at.getTime() - alertedAt.getTime() >= quietPeriodMs;
}
