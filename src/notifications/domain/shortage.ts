import type { DomainEvent } from '../../shared/domain/events.js';
import { RecordedEvents } from '../../shared/domain/recorded-events.js';
import type { Aggregate } from '../../shared/domain/store.js';
import type { Alert } from './alert.js';

/** How much people want to hear. */
export interface AlertPolicy {
  /** After they were told, they are left in peace for so long, however many more lines are refused. */
  readonly quietMs: number;
  /** Whether they are told that stock has come even where nothing was refused in the meantime. */
  readonly tellsWhenBack: boolean;
}

/** Lines that were refused together. */
export interface Refusals {
  readonly lines: number;
  readonly units: number;
  /** Units that the largest batch had. */
  readonly available: number;
}

export interface ShortageState {
  readonly since: Date;
  readonly toldAt: Date;
  /** Refused since they were last told, and counted only. */
  readonly refusals: number;
  readonly units: number;
  readonly available: number;
}

/**
 * A SKU of which lines are refused: from the first refusal, of which the buyers hear at once, until stock of
 * it comes. What is refused in between is counted, and told when the quiet time is over or the stock is there.
 */
export class Shortage implements Aggregate {
  readonly sku: string;
  /** This feature publishes none. */
  readonly events = new RecordedEvents<DomainEvent>();
  /** What is to be told, in order. */
  readonly alerts: Alert[] = [];
  #state: ShortageState | null;
  #revision = 0;

  /** @param state null where the SKU is not short */
  constructor(sku: string, state: ShortageState | null) {
    this.sku = sku;
    this.#state = state;
  }

  /** null once it is over. */
  get state(): ShortageState | null {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  refuse({ lines, units, available }: Refusals, at: Date, policy: AlertPolicy): void {
    const { since, toldAt, ...counted } = this.#state ?? { since: at, toldAt: at, refusals: 0, units: 0 };
    const refusals = counted.refusals + lines;
    const isFirst = this.#state === null;
    this.#become({ since, toldAt, refusals, units: counted.units + units, available });
    if (isFirst) this.#tell('out-of-stock', at);
    else this.passTime(at, policy);
  }

  /** Time has passed, with refusals or without. */
  passTime(at: Date, { quietMs }: AlertPolicy): void {
    if (this.#state === null || this.#state.refusals === 0) return;
    if (at.getTime() - this.#state.toldAt.getTime() >= quietMs) this.#tell('still-out-of-stock', at);
  }

  /** Stock has come: the next refusal begins a new shortage. */
  restock(at: Date, { tellsWhenBack }: AlertPolicy): void {
    if (this.#state === null) return;
    if (this.#state.refusals > 0 || tellsWhenBack) this.#tell('restocked', at);
    this.#become(null);
  }

  #tell(kind: Alert['kind'], at: Date): void {
    const { since, toldAt, ...counted } = this.#state!;
    this.alerts.push({ kind, sku: this.sku, ...counted, countedFrom: toldAt, shortSince: since });
    this.#become({ since, toldAt: at, refusals: 0, units: 0, available: counted.available });
  }

  #become(state: ShortageState | null): void {
    this.#revision++;
    this.#state = state;
  }
}
