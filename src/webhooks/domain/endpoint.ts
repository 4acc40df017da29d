import type { Actor } from '../../kernel/domain/actor.js';
import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { Aggregate } from '../../kernel/domain/store.js';
import { UnknownWebhook } from './errors.js';
import type { Format } from './payload.js';

/** A secret as it is stored: encrypted. */
export interface StoredSecret {
  readonly sealed: string;
  /** ISO 8601: until then it signs beside its successor; null: it is the current one. */
  readonly expiresAt: string | null;
}

/** What the owner of a webhook decides. */
export interface Wishes {
  readonly url: string;
  readonly types: readonly string[];
  /** null: all. */
  readonly skus: readonly string[] | null;
  readonly format: Format;
}

export interface EndpointState extends Wishes {
  /** The current one first. */
  readonly secrets: readonly StoredSecret[];
  readonly disabledReason: DisabledReason | null;
}

/**
 * - `requested`: by its owner
 * - `gone`: the receiver has answered 410
 * - `exhausted`: an event used up its attempts, and nothing else has succeeded since its first one
 */
export type DisabledReason = 'requested' | 'gone' | 'exhausted';

export type EndpointChange = Partial<Wishes> & { readonly enabled?: boolean };

/** What was done to a webhook, for the audit log: no secret, and of its address only the origin, as the rest may be one. */
export interface EndpointAct {
  readonly type: 'webhook-created' | 'webhook-changed' | 'webhook-secret-rotated' | 'webhook-deleted';
  readonly actor: Actor;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Secrets that sign at the same time: a further rotation within the overlap drops the oldest. */
const MOST_SECRETS = 5;

/** A webhook: where events are sent, which, and what signs them. */
export class Endpoint implements Aggregate {
  readonly events = new RecordedEvents<never>();
  readonly #acts: EndpointAct[] = [];
  #state: EndpointState | null;
  #revision = 0;
  #restarts = false;
  #replaysAfter: number | null = null;

  /** @param state null: there is none of this id */
  constructor(
    readonly id: string,
    state: EndpointState | null,
  ) {
    this.#state = state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** null: there is none, or not any more. */
  get state(): EndpointState | null {
    return this.#state;
  }

  /** Whether what waits is tried at once, as if it had never been tried. */
  get restarts(): boolean {
    return this.#restarts;
  }

  /** The position after which all events are sent again; null: none are. */
  get replaysAfter(): number | null {
    return this.#replaysAfter;
  }

  /** In their order. */
  get acts(): readonly EndpointAct[] {
    return this.#acts;
  }

  create(wishes: Wishes, sealed: string, by: Actor): void {
    this.#note('webhook-created', by, shown(wishes));
    this.#become({ ...wishes, secrets: [{ sealed, expiresAt: null }], disabledReason: null });
  }

  /** @throws {UnknownWebhook} */
  change(change: EndpointChange, by: Actor): void {
    const before = this.required;
    const { url, types, skus, format, enabled } = change;
    const disabledReason = enabled === undefined ? before.disabledReason : enabled ? null : 'requested';
    const isEnabledAnew = before.disabledReason !== null && disabledReason === null;
    const isMoved = url !== undefined && url !== before.url;
    this.#restarts ||= isEnabledAnew || isMoved;
    const changed = differences(before, change);
    if (Object.keys(changed).length > 0) this.#note('webhook-changed', by, shown(changed));
    this.#become({
      url: url ?? before.url,
      types: types ?? before.types,
      skus: skus === undefined ? before.skus : skus,
      format: format ?? before.format,
      secrets: before.secrets,
      disabledReason,
    });
  }

  /**
   * Makes a secret the current one. The ones before sign as well until the overlap is over, or earlier as decided before.
   * @throws {UnknownWebhook}
   */
  rotate(sealed: string, at: Date, overlapMs: number, by: Actor): void {
    const before = this.required;
    this.#note('webhook-secret-rotated', by, { overlapSeconds: overlapMs / 1_000 });
    const end = new Date(at.getTime() + overlapMs).toISOString();
    const valid = before.secrets
      .map((secret) => ({ ...secret, expiresAt: earlierOf(secret.expiresAt ?? end, end) }))
      .filter(({ expiresAt }) => new Date(expiresAt) > at);
    const secrets = [{ sealed, expiresAt: null }, ...valid].slice(0, MOST_SECRETS);
    this.#become({ ...before, secrets });
  }

  /**
   * Sends what has happened again, from a position on. If it is disabled, it begins once it is enabled.
   * @throws {UnknownWebhook}
   */
  replay(from: number): void {
    this.#replaysAfter = from - 1;
    this.#become(this.required);
  }

  /** @throws {UnknownWebhook} */
  delete(by: Actor): void {
    this.#note('webhook-deleted', by, { origin: new URL(this.required.url).origin });
    this.#become(null);
  }

  /** @throws {UnknownWebhook} */
  get required(): EndpointState {
    if (!this.#state) throw new UnknownWebhook(this.id);
    return this.#state;
  }

  #note(type: EndpointAct['type'], actor: Actor, details: EndpointAct['details']): void {
    this.#acts.push({ type, actor, details });
  }

  #become(state: EndpointState | null): void {
    this.#state = state;
    this.#revision++;
  }
}

/** Of two instants in the form of `toISOString`. */
const earlierOf = (a: string, b: string): string => (a < b ? a : b);

/** What a change makes different. */
function differences(before: EndpointState, { enabled, ...change }: EndpointChange): EndpointChange {
  const entries = Object.entries(change).filter(
    ([name, value]) =>
      value !== undefined && JSON.stringify(value) !== JSON.stringify(before[name as keyof Wishes]),
  );
  const isSwitched = enabled !== undefined && enabled !== (before.disabledReason === null);
  return { ...(Object.fromEntries(entries) as Partial<Wishes>), ...(isSwitched && { enabled }) };
}

function shown({ url, ...rest }: Partial<Wishes>): EndpointAct['details'] {
  return { ...(url !== undefined && { origin: new URL(url).origin }), ...rest };
}
