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
 * All units of a line were promised to `batchReference`. `passedOver` names up to five batches that it would have preferred. A line that is split over several batches has its `claims` on
 * each; `batchReference` is then the one that comes last. `from: hold` says that the line had the units already, as a hold;
 * `from: backorder` that it has waited for them; with `reason: reallocation-run`, a run gave them to it, by the `strategy` of
 * its segment.
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
 * A line gave back its claim on `batchReference`, or its `claims` on several batches. With `reason: reallocation-run`, a run
 * took them, by the `strategy` of its segment.
 */
export type LineDeallocated = AllocationEventOf<
  'LineDeallocated',
  Line & {
    reason: 'cancelled' | 'batch-shrunk' | 'reallocation-run';
    claims?: readonly Claim[];
    strategy?: Strategy;
  }
>;

/** A line moved to `batchReference`. `from` says that it is a hold; `strategy` is that of its segment in a reallocation run. */
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
 * All units of a line are held until `expiresAt`. `from: hold` says that the line had the units already, as a hold that
 * was to end at another time; `from: backorder` that it has waited for them.
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

/** A hold ended without being confirmed, and its units are free. */
export type LineReleased = AllocationEventOf<
  'LineReleased',
  Line & { reason: 'expired' | 'released' | 'replaced' | 'batch-shrunk'; claims?: readonly Claim[] }
>;

/**
 * A line asks for another quantity, or its claims changed with its order: it has `claims` instead of `previousClaims`. `from`
 * says that it is a hold.
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
 * A line waits for its units, or waits on other terms. `reason`: it did not fit (`short`), its batch shrank and no other
 * could hold it (`batch-shrunk`), a reallocation run took its units (`reallocation-run`, by the `strategy` of its segment),
 * or it waits already and was `amended`. What it claimed until now, and has given back, are
 * its `previousClaims`; `from` says that they were a hold. With `expiresAt`, it waits until then only.
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

/** A line waits no longer, and has got nothing. */
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

/** Units of a line have left: they are neither on hand nor claimed any more. */
export type LineShipped = AllocationEventOf<'LineShipped', ShippedLine & { shipmentId: string }>;

/**
 * Units of a line have not left after all: they are on hand again and, if `isClaimed`, claimed by the line as before.
 * They are not if the order was cancelled in between.
 */
export type ShipmentCancelled = AllocationEventOf<
  'ShipmentCancelled',
  ShippedLine & { shipmentId: string; isClaimed: boolean }
>;

/** Units of a line came back: `restock` can be promised again, `scrap` is of no use. */
export type LineReturned = AllocationEventOf<
  'LineReturned',
  ShippedLine & { returnId: string; disposition: 'restock' | 'scrap'; reason?: string }
>;

/**
 * Goods of a batch have come: `quantity` units in order and `rejected` ones. `overReceived` of them came beyond those that
 * were outstanding; `missing` units will not come. `onHand` and `outstanding` are the batch's figures after it.
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
 * Units of a batch were found (`by` is positive) or are missing. `adjustmentId` is null if nobody has counted: what
 * was bought and what has left do not agree. A count has a `variance`, which is `by`, be it 0: `adjustmentId` is its name.
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
 * Lines of one SKU fitted in no batch: `refusals` lines that asked for `units` units in all, while the largest batch had
 * `available`. Refusals of one transaction share one event.
 */
export type OutOfStock = AllocationEventOf<
  'OutOfStock',
  { sku: string; refusals: number; units: number; available: number; productVersion: number }
>;

/**
 * Who gets the units of a product was set: which batches are taken first of those that are available on the same day
 * (`preference`), how many days units have to keep (`minimumShelfLifeDays`), in which order the lines that wait for it get units (`backorders`), and how many
 * of the last free units only one channel may take, or nobody (`channel` null), up to and including the day `until`.
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
 * The `eta` of a batch has passed, it has not arrived, and `lines` order lines wait for `units` units of it. Published
 * once for each `eta` that passes while lines wait.
 * `eta` is the date (`YYYY-MM-DD`) that has passed, in the service's `TIME_ZONE`.
 */
export type BatchOverdue = AllocationEventOf<
  'BatchOverdue',
  { sku: string; batchReference: string; eta: string; lines: number; units: number; productVersion: number }
>;

/**
 * A batch has another date, and `lines` order lines that claim `units` units of it are expected on that date from now
 * on: one event for all of them, which keep the dates that they were promised. `previousEta` is null if the batch
 * counted as on hand. `orderIds` are the first of their orders, 20 at most: firm lines before holds, higher priority before
 * lower, then the oldest. No event says that a batch has arrived: no promise is broken by that.
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
