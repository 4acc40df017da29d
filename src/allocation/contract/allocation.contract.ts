/** The events that `allocation` publishes: the only file of it that other features may import. */
import type { DomainEvent } from '../../kernel/domain/events.js';

interface AllocationEventOf<
  Type extends string,
  Data extends { sku: string; productVersion: number },
> extends DomainEvent {
  readonly type: Type;
  readonly version: 1;
  readonly data: Readonly<Data>;
}

interface Line {
  orderId: string;
  sku: string;
  quantity: number;
  batchReference: string;
  /** The product's version after the change: a consumer that sees a gap has missed a change. */
  productVersion: number;
}

/** Units of a batch that a line claims. */
interface Claim {
  batchReference: string;
  quantity: number;
}

/** What a reallocation run does with the lines of a segment: see `POST /v1/products/{sku}/reallocations`. */
type Strategy = 'win' | 'gain' | 'redistribute' | 'fill' | 'lose';

/** A batch that a line would have preferred, and why it did not get its units from it. */
interface PassedOver {
  batchReference: string;
  reason: 'too-small' | 'later' | 'after-needed-by' | 'other-location' | 'blocked' | 'expired';
}

interface DatedClaim extends Claim {
  eta: string | null;
}

/**
 * All units of a line were promised to `batchReference`. A line that is split over several batches has its `claims` on each;
 * `batchReference` is then the batch that arrives last. `from: hold`: the line had the units before, as a hold.
 * `from: backorder`: the line was waiting for them. `reason: reallocation-run`: a run gave them to it, by the `strategy` of its
 * segment. `passedOver` names up to five batches that the line would have preferred.
 */
export type LineAllocated = AllocationEventOf<
  'LineAllocated',
  Line & {
    eta: string | null;
    claims?: readonly DatedClaim[];
    from?: 'hold' | 'backorder';
    reason?: 'reallocation-run';
    strategy?: Strategy;
    passedOver?: readonly PassedOver[];
  }
>;

/**
 * A line released its claim on `batchReference`, or its `claims` on several batches. `reason: reallocation-run`: a run took the
 * units, by the `strategy` of the segment of the line.
 */
export type LineDeallocated = AllocationEventOf<
  'LineDeallocated',
  Line & {
    reason: 'cancelled' | 'batch-shrunk' | 'reallocation-run';
    claims?: readonly Claim[];
    strategy?: Strategy;
  }
>;

/**
 * A line moved to `batchReference`. `from: hold`: the line is a hold. `strategy` is that of its segment in a reallocation run.
 */
export type LineReallocated = AllocationEventOf<
  'LineReallocated',
  Line & {
    eta: string | null;
    previousBatchReference: string;
    reason: 'batch-shrunk' | 'reallocation-run';
    claims?: readonly DatedClaim[];
    previousClaims?: readonly Claim[];
    from?: 'hold';
    strategy?: Strategy;
    passedOver?: readonly PassedOver[];
  }
>;

/**
 * All units of a line are held until `expiresAt`. `from: hold`: the line had the units before, as a hold with another end.
 * `from: backorder`: the line was waiting for them.
 */
export type LineHeld = AllocationEventOf<
  'LineHeld',
  Line & {
    eta: string | null;
    expiresAt: string;
    claims?: readonly DatedClaim[];
    from?: 'hold' | 'backorder';
    passedOver?: readonly PassedOver[];
  }
>;

/** A hold ended without being confirmed, and its units are available again. */
export type LineReleased = AllocationEventOf<
  'LineReleased',
  Line & { reason: 'expired' | 'released' | 'replaced' | 'batch-shrunk'; claims?: readonly Claim[] }
>;

/**
 * A line asks for another quantity, or its claims changed with its order: it now has `claims` instead of `previousClaims`.
 * `from: hold`: the line is a hold.
 */
export type LineAmended = AllocationEventOf<
  'LineAmended',
  Line & {
    eta: string | null;
    previousQuantity: number;
    claims: readonly Claim[];
    previousClaims: readonly Claim[];
    from?: 'hold';
  }
>;

/**
 * A line waits for its units, or waits on other terms. `reason`: it fitted in no batch (`short`), its batch shrank and no other
 * batch could hold it (`batch-shrunk`), a reallocation run took its units (`reallocation-run`, by the `strategy` of its
 * segment), or it was waiting already and was changed (`amended`). `previousClaims` are the claims that it has released;
 * `from: hold`: they were a hold. If `expiresAt` is not null, the line waits only until then.
 */
export type LineBackordered = AllocationEventOf<
  'LineBackordered',
  {
    orderId: string;
    sku: string;
    quantity: number;
    reason: 'short' | 'batch-shrunk' | 'reallocation-run' | 'amended';
    strategy?: Strategy;
    split: boolean;
    neededBy: string | null;
    priority: number;
    expiresAt: string | null;
    previousQuantity?: number;
    previousClaims?: readonly Claim[];
    from?: 'hold';
    productVersion: number;
  }
>;

/** A line stopped waiting without getting units. */
export type BackorderEnded = AllocationEventOf<
  'BackorderEnded',
  {
    orderId: string;
    sku: string;
    quantity: number;
    reason: 'cancelled' | 'released' | 'replaced' | 'expired';
    productVersion: number;
  }
>;

/** Units of a line that concern a shipment or a return, by batch. */
interface ShippedLine {
  orderId: string;
  sku: string;
  quantity: number;
  claims: readonly Claim[];
  productVersion: number;
}

/** Units of a line were shipped: they are no longer on hand and no longer claimed. */
export type LineShipped = AllocationEventOf<'LineShipped', ShippedLine & { shipmentId: string }>;

/**
 * Shipped units of a line did not leave after all: they are on hand again. If `isClaimed`, the line claims them again; it does
 * not if the order was cancelled in the meantime.
 */
export type ShipmentCancelled = AllocationEventOf<
  'ShipmentCancelled',
  ShippedLine & { shipmentId: string; isClaimed: boolean }
>;

/** Units of a line came back. `restock`: they can be promised again. `scrap`: they cannot. */
export type LineReturned = AllocationEventOf<
  'LineReturned',
  ShippedLine & { returnId: string; disposition: 'restock' | 'scrap'; reason?: string }
>;

/**
 * Units of a batch have arrived: `quantity` usable units and `rejected` unusable ones. `overReceived` units arrived in addition
 * to the outstanding ones; `missing` units will not arrive. `onHand` and `outstanding` are the figures of the batch afterwards.
 */
export type BatchReceived = AllocationEventOf<
  'BatchReceived',
  {
    sku: string;
    batchReference: string;
    receiptId: string;
    quantity: number;
    rejected: number;
    overReceived: number;
    missing: number;
    onHand: number;
    outstanding: number;
    productVersion: number;
  }
>;

/**
 * Units of a batch were found (`by` is positive) or are missing (`by` is negative). `adjustmentId` is the id of the adjustment
 * or the count; null if the service corrected the batch itself, because the units that were bought and shipped do not agree. A
 * count also has a `variance`, which equals `by` and can be 0.
 */
export type StockAdjusted = AllocationEventOf<
  'StockAdjusted',
  {
    sku: string;
    batchReference: string;
    adjustmentId: string | null;
    by: number;
    reason: string;
    variance?: number;
    productVersion: number;
  }
>;

/**
 * Lines of one SKU fitted in no batch: `refusals` lines asked for `units` units in total, while the largest batch had
 * `available`. Refusals in one transaction share one event.
 */
export type OutOfStock = AllocationEventOf<
  'OutOfStock',
  { sku: string; refusals: number; units: number; available: number; productVersion: number }
>;

/**
 * The allocation policy of a product was set: which batches are used first among those that are available on the same day
 * (`preference`), how many days units must keep (`minimumShelfLifeDays`), in which order waiting lines get units
 * (`backorders`), and how many of the last available units only one channel may take, or no order at all (`channel` null), up
 * to and including the day `until` (`protections`).
 */
export type PolicyChanged = AllocationEventOf<
  'PolicyChanged',
  {
    sku: string;
    preference?: 'eta' | 'fefo' | 'fifo' | 'lifo';
    backorders: 'first-fit' | 'strict' | 'fair-share';
    minimumShelfLifeDays?: number;
    protections: readonly { channel: string | null; quantity: number; until: string | null }[];
    productVersion: number;
  }
>;

/**
 * The `eta` of a batch has passed, the batch has not arrived, and `lines` order lines wait for `units` units of it. Published
 * once for each `eta` that passes while lines wait. `eta` is the date (`YYYY-MM-DD`) that has passed, in the `TIME_ZONE` of the
 * service.
 */
export type BatchOverdue = AllocationEventOf<
  'BatchOverdue',
  { sku: string; batchReference: string; eta: string; lines: number; units: number; productVersion: number }
>;

/**
 * A batch has another date, and `lines` order lines that claim `units` units of it are now expected on that date. There is one
 * event for all of these lines; they keep the dates that they were promised. `previousEta` is null if the batch counted as on
 * hand. `orderIds` names at most 20 of their orders: firm lines before holds, higher priority before lower, then the oldest.
 * There is no such event when a batch arrives, because that breaks no promise.
 */
export type PromisesChanged = AllocationEventOf<
  'PromisesChanged',
  {
    sku: string;
    batchReference: string;
    previousEta: string | null;
    eta: string;
    lines: number;
    units: number;
    orderIds?: readonly string[];
    productVersion: number;
  }
>;

export type AllocationEvent =
  | LineAllocated
  | LineDeallocated
  | LineReallocated
  | LineHeld
  | LineReleased
  | LineAmended
  | LineBackordered
  | BackorderEnded
  | LineShipped
  | ShipmentCancelled
  | LineReturned
  | BatchReceived
  | StockAdjusted
  | OutOfStock
  | BatchOverdue
  | PromisesChanged
  | PolicyChanged;
