import type { LoadedProduct } from './loaded-product.js';
import { unitsProtectedFrom } from './policy.js';

/** A line that gives units up, or claims them. */
interface Units {
  readonly quantity: number;
  readonly terms: { readonly channel?: string };
}

/**
 * What protections leave to the lines of a reallocation run. All lines of a channel together may claim what they have given
 * up and what is free beyond the units that are protected from them: so no protection takes a unit from them, and they
 * take none of those that other lines may have.
 */
export class ReallocationLimits {
  readonly #protected: ReadonlySet<string>;
  readonly #freeBefore: number;
  /** Units that lines of a protected channel have given up, less those that they have claimed. */
  readonly #givenUp = new Map<string, number>();

  /** @param product with the claims of all lines that give nothing up */
  constructor(private readonly product: LoadedProduct) {
    const { protections } = product.policy;
    this.#protected = new Set(protections.flatMap(({ channel }) => channel ?? []));
    this.#freeBefore = this.#free;
  }

  giveUp({ quantity, terms: { channel } }: Units): void {
    if (channel !== undefined && this.#protected.has(channel))
      this.#givenUp.set(channel, (this.#givenUp.get(channel) ?? 0) + quantity);
  }

  claim({ quantity, terms }: Units): void {
    this.giveUp({ quantity: -quantity, terms });
  }

  /** Whether the line may claim its units, so far as protections are concerned. */
  allow({ quantity, terms }: Units): boolean {
    const { channel } = terms;
    const { policy, today } = this.product;
    if (policy.protections.length === 0) return true;
    const kept = unitsProtectedFrom(policy, channel ?? null, today);
    if (kept === 0) return true;
    let others = this.#freeBefore;
    for (const [its, units] of this.#givenUp) if (its !== channel) others += units;
    return quantity <= this.#free - Math.min(Math.max(others, 0), kept);
  }

  /** Units that somebody could claim. */
  get #free(): number {
    return this.product.policy.protections.length === 0 ? 0 : this.product.usableUnits;
  }
}
