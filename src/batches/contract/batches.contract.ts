/** The events that `batches` publishes: the only file of it that other features may import. */
import type { DomainEvent } from '../../kernel/domain/events.js';

interface BatchEvent<Type extends string, Data extends { sku: string }> extends DomainEvent {
  readonly type: Type;
  readonly version: 1;
  readonly data: Readonly<Data>;
}

/**
 * A quantity of one SKU was bought. `eta` is a date (`YYYY-MM-DD`), or null for stock on hand. `location` is left out for
 * `main`, `bestBefore` (the last day on which the units can be used) if they keep, `blocked` if it is not blocked from the
 * beginning. The feature that promises the units takes part in the transaction: from its commit on they can be promised.
 */
export type BatchRegistered = BatchEvent<
  'BatchRegistered',
  {
    batchReference: string;
    sku: string;
    quantity: number;
    eta: string | null;
    location?: string;
    bestBefore?: string;
    supplier?: string;
    blocked?: boolean;
  }
>;

/**
 * What is known of a batch beside its units and its date: where it is, the last day on which its units can be used
 * (`YYYY-MM-DD`, null if they keep), and whether it is blocked, so that nothing new is claimed from it.
 */
export type BatchLotChanged = BatchEvent<
  'BatchLotChanged',
  { batchReference: string; sku: string; location: string; bestBefore: string | null; blocked: boolean }
>;

/**
 * A batch has been moved to another place, while nobody claimed any of its units: the feature that keeps claims takes part
 * in the transaction, and refuses the move otherwise.
 */
export type BatchMoved = BatchEvent<
  'BatchMoved',
  { batchReference: string; sku: string; location: string; previousLocation: string }
>;

/**
 * The quantity of a batch has changed to `quantity` units. `previousQuantity` is out of the range of quantities if the
 * change corrects what a receipt and an earlier change, which crossed it, had left: then no units come or go.
 */
export type BatchQuantityChanged = BatchEvent<
  'BatchQuantityChanged',
  { batchReference: string; sku: string; quantity: number; previousQuantity: number }
>;

/** The date of a batch has changed; `eta` null says that it has arrived. */
export type BatchRescheduled = BatchEvent<
  'BatchRescheduled',
  { batchReference: string; sku: string; eta: string | null; previousEta: string | null }
>;

export type BatchesEvent =
  BatchRegistered | BatchQuantityChanged | BatchRescheduled | BatchLotChanged | BatchMoved;
