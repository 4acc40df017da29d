import { DEFAULT_POLICY, unitsProtectedFrom, type Policy } from './policy.js';

/** The policy of a product with which it was loaded, and whether it has changed. */
export class LoadedPolicy {
  #policy: Policy;
  #hasChanged = false;

  /**
   * @param policy null or undefined: none was set
   * @param today `YYYY-MM-DD`
   */
  constructor(
    policy: Partial<Policy> | null | undefined,
    private readonly today: string,
  ) {
    // One that was set before a part of it could be is without that part.
    this.#policy = policy ? { ...DEFAULT_POLICY, ...policy } : DEFAULT_POLICY;
  }

  get current(): Policy {
    return this.#policy;
  }

  /** What a store has to write. */
  get changes(): { readonly policy?: Policy } {
    return this.#hasChanged ? { policy: this.#policy } : {};
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  change(policy: Policy): void {
    this.#policy = policy;
    this.#hasChanged = true;
  }

  /** Makes it what it would be if its change had been saved. */
  settle(): void {
    this.#hasChanged = false;
  }

  /** How many of the last free units a line of the channel must leave. */
  unitsProtectedFrom(channel: string | null): number {
    if (this.#policy.protections.length === 0) return 0;
    return unitsProtectedFrom(this.#policy, channel, this.today);
  }
}
