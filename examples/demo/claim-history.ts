import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { tally } from '../tally.js';

/** Units of a batch that belong to a line. */
export interface StandingClaim {
  readonly orderId: string;
  readonly sku: string;
  readonly batchReference: string;
  readonly quantity: number;
}

interface Claim {
  readonly batchReference: string;
  readonly quantity: number;
}

type Told<E> = E extends AllocationEvent ? Pick<E, 'type' | 'data'> : never;
/** An event that says what a line claims. */
export type ClaimEvent = Exclude<
  Told<AllocationEvent>,
  {
    readonly type:
      | 'OutOfStock'
      | 'BatchOverdue'
      | 'BackorderEnded'
      | 'PromisesChanged'
      | 'BatchReceived'
      | 'StockAdjusted'
      | 'PolicyChanged';
  }
>;

export const CLAIM_EVENTS: readonly ClaimEvent['type'][] = [
  'LineAllocated',
  'LineHeld',
  'LineAmended',
  'LineReallocated',
  'LineDeallocated',
  'LineReleased',
  'LineBackordered',
  'LineShipped',
  'ShipmentCancelled',
  'LineReturned',
];

export const lineKey = ({ orderId, sku }: { readonly orderId: string; readonly sku: string }) =>
  `${orderId} ${sku}`;

/** What became of every line, told from the event log alone. */
export class ClaimHistory {
  /** By line: the units that it claims of each batch. */
  readonly standing = new Map<string, ReadonlyMap<string, number>>();
  /** Lines that lost their batch, and found no other. */
  readonly lost = new Set<string>();
  /** Lines whose hold ended without being confirmed. */
  readonly expired = new Set<string>();
  readonly shipped = new Map<string, number>();
  /** How many lines another batch took over, and how many found none, by the batch that shrank. */
  readonly moved = new Map<string, number>();
  readonly givenBack = new Map<string, number>();
  /** Events that cannot follow on what went before, such as a second allocation of a line. */
  readonly contradictions: string[] = [];

  follow(event: ClaimEvent): void {
    const { type, data } = event;
    const key = lineKey(data);
    switch (type) {
      case 'LineAllocated':
      case 'LineHeld': {
        // A line that was held has its units already.
        if (data.from === 'hold') this.#expect(key, claimsOf(data), `${key} was not held as it is confirmed`);
        else this.#expect(key, [], `${key} was promised twice`);
        this.#set(key, claimsOf(data));
        this.lost.delete(key);
        this.expired.delete(key);
        break;
      }
      case 'LineAmended':
        this.#expect(key, data.previousClaims, `${key} was amended from what it did not have`);
        this.#set(key, data.claims);
        break;
      case 'LineReallocated': {
        const { batchReference, previousBatchReference, quantity } = data;
        const before = data.previousClaims ?? [{ batchReference: previousBatchReference, quantity }];
        this.#expect(key, before, `${key} moved from where it did not stand`);
        this.#set(key, data.claims ?? [{ batchReference, quantity }]);
        tally(this.moved, previousBatchReference);
        break;
      }
      case 'LineDeallocated':
      case 'LineReleased':
        this.#expect(key, claimsOf(data), `${key} was given back by a batch it was not on`);
        this.standing.delete(key);
        if (data.reason === 'batch-shrunk') {
          this.lost.add(key);
          tally(this.givenBack, data.batchReference);
        }
        if (data.reason === 'expired') this.expired.add(key);
        break;
      case 'LineBackordered':
        this.#expect(key, data.previousClaims ?? [], `${key} gave back what it did not have, to wait`);
        this.standing.delete(key);
        break;
      case 'LineShipped':
        this.#change(key, data.claims, -1);
        tally(this.shipped, key, data.quantity);
        break;
      case 'ShipmentCancelled':
        if (data.isClaimed) this.#change(key, data.claims, 1);
        tally(this.shipped, key, -data.quantity);
        break;
      case 'LineReturned':
        break;
    }
  }

  #set(key: string, claims: readonly Claim[]): void {
    this.standing.set(key, new Map(claims.map(({ batchReference, quantity }) => [batchReference, quantity])));
  }

  #change(key: string, claims: readonly Claim[], sign: 1 | -1): void {
    const units = new Map(this.standing.get(key) ?? []);
    for (const { batchReference, quantity } of claims) {
      const left = (units.get(batchReference) ?? 0) + sign * quantity;
      if (left < 0) this.contradictions.push(`${key} has shipped more of ${batchReference} than it had`);
      if (left > 0) units.set(batchReference, left);
      else units.delete(batchReference);
    }
    if (units.size > 0) this.standing.set(key, units);
    else this.standing.delete(key);
  }

  #expect(key: string, claims: readonly Claim[], contradiction: string): void {
    const standing = this.standing.get(key) ?? new Map<string, number>();
    const holds =
      standing.size === claims.length &&
      claims.every(({ batchReference, quantity }) => standing.get(batchReference) === quantity);
    if (!holds) this.contradictions.push(contradiction);
  }
}

export function isClaimEvent(event: { readonly type: string }): event is ClaimEvent {
  return CLAIM_EVENTS.some((type) => type === event.type);
}

function claimsOf({
  batchReference,
  quantity,
  claims,
}: Claim & { readonly claims?: readonly Claim[] }): readonly Claim[] {
  return claims ?? [{ batchReference, quantity }];
}
