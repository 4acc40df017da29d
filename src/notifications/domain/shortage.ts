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
  /** Units that the largest batch had. */
  readonly available: number;
}

export interface ShortageState {
  /** When it last ran short. */
  readonly since: Date;
  /** When the quiet time began: with the last alert that the SKU is short. */
  readonly toldAt: Date;
  /** Refused since the last alert, and counted only. */
  readonly refusals: number;
  readonly units: number;
  readonly available: number;
  /** When stock came; null while it is short. */
  readonly restockedAt: Date | null;
  /** When the buyers got the alert that stock has come; null if they have not in this quiet time. */
  readonly restockToldAt: Date | null;
}

/**
 * A SKU of which lines are refused. The buyers get an alert of the first refusal at once, and a quiet time begins. It
 * goes on while stock comes and goes, with two alerts in all: one that the SKU is short, and one that stock has come.
 * What is refused in between is counted, and reported with the next alert.
 */
export class Shortage implements Aggregate {
  readonly sku: string;
  /** This feature publishes none. */
  readonly events = new RecordedEvents<DomainEvent>();
  /** What is to be sent, in order. */
  readonly alerts: ShortageAlert[] = [];
  #state: ShortageState | null;
  #revision = 0;

  /**
   * @param state null if the SKU is not short, and no quiet time goes on
   * @throws {InvalidCode | InvalidQuantity | InvalidValue}
   */
  constructor(sku: string, state: ShortageState | null) {
    requireCode(sku, 'sku');
    this.sku = sku;
    this.#state = state && checked(state);
  }

  /** null once the SKU is not short and the quiet time is over. */
  get state(): ShortageState | null {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** @throws {InvalidQuantity | InvalidValue} if no lines could be refused so; nothing has changed then */
  refuse({ lines, units, available }: Refusals, at: Date, policy: AlertPolicy): void {
    requireCount(lines, 'lines', 1);
    requireCount(units, 'units', 1);
    requireQuantity(available, 0);
    requireTime(at, 'at');
    const before = this.#state;
    const runsShort = before?.restockedAt !== null;
    this.#become({
      since: runsShort ? at : before.since,
      toldAt: before?.toldAt ?? at,
      refusals: (before?.refusals ?? 0) + lines,
      units: (before?.units ?? 0) + units,
      available,
      restockedAt: null,
      restockToldAt: before?.restockToldAt ?? null,
    });
    if (before === null || isQuietOver(before, at, policy)) {
      this.#report(runsShort ? 'out-of-stock' : 'still-out-of-stock', at);
    }
  }

  /** Time has passed, with refusals or without. */
  passTime(at: Date, policy: AlertPolicy): void {
    const state = this.#state;
    if (state === null || state.refusals === 0 || !isQuietOver(state, at, policy)) return;
    this.#report(state.restockedAt ? 'restocked' : 'still-out-of-stock', at);
    if (state.restockedAt) this.#become(null);
  }

  /** Stock has come. It does not end the quiet time: stock that comes and goes would bring an alert each time. */
  restock(at: Date, policy: AlertPolicy): void {
    const state = this.#state;
    if (state === null) return;
    const isOver = isQuietOver(state, at, policy);
    if (state.restockedAt === null) {
      this.#become({ ...state, restockedAt: at });
      const isNews = state.refusals > 0 || policy.notifiesOnRestock;
      if (isNews && (state.restockToldAt === null || isOver)) this.#report('restocked', at);
    }
    if (isOver && this.#state?.refusals === 0) this.#become(null);
  }

  #report(kind: ShortageAlert['kind'], at: Date): void {
    const state = this.#state!;
    const { refusals, units, available, toldAt, restockToldAt, since: shortSince } = state;
    const countedFrom = restockToldAt ?? toldAt;
    const { sku } = this;
    this.alerts.push(Object.freeze({ kind, sku, refusals, units, available, countedFrom, shortSince }));
    const began = kind === 'restocked' ? { restockToldAt: at } : { toldAt: at, restockToldAt: null };
    this.#become({ ...state, refusals: 0, units: 0, ...began });
  }

  #become(state: ShortageState | null): void {
    this.#state = state && checked(state);
    this.#revision++;
  }
}

/** As it is now; what comes later does not change it. */
function checked(state: ShortageState): ShortageState {
  requireCount(state.refusals, 'refusals', 0);
  requireCount(state.units, 'units', 0);
  requireQuantity(state.available, 0);
  requireTime(state.since, 'since');
  requireTime(state.toldAt, 'toldAt');
  if (state.restockedAt) requireTime(state.restockedAt, 'restockedAt');
  if (state.restockToldAt) requireTime(state.restockToldAt, 'restockToldAt');
  return Object.freeze({ ...state });
}

function isQuietOver({ toldAt }: ShortageState, at: Date, { quietPeriodMs }: AlertPolicy): boolean {
  return at.getTime() - toldAt.getTime() >= quietPeriodMs;
}
