/** The events that `batches` publishes: the only file of it that other features may import. */
import type { DomainEvent } from '../../kernel/domain/events.js';

interface BatchEvent<Type extends string, Data extends { sku: string }> extends DomainEvent {
  readonly type: Type;
  readonly version: 1;
  readonly data: Readonly<Data>;
}

/**
 * A batch was registered: a quantity of one SKU that was bought. `eta` is a date (`YYYY-MM-DD`), or null for stock on hand.
 * Left out are `location` if it is `main`, `bestBefore` (the last day on which the units can be used) if they do not expire,
 * and `blocked` if the batch is not blocked from the start. The units can be promised from the commit of this event on.
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
 * The `location`, the `bestBefore` or the block of a batch has changed. `bestBefore` is the last day on which the units can be
 * used (`YYYY-MM-DD`, null if they do not expire). While a batch is `blocked`, no new line can claim its units.
 */
export type BatchLotChanged = BatchEvent<
  'BatchLotChanged',
  { batchReference: string; sku: string; location: string; bestBefore: string | null; blocked: boolean }
>;

/** A batch was moved to another location, while no order line claimed any of its units. */
export type BatchMoved = BatchEvent<
  'BatchMoved',
  { batchReference: string; sku: string; location: string; previousLocation: string }
>;

/**
 * The quantity of a batch has changed to `quantity` units. `previousQuantity` can be outside the range of quantities: the
 * change then corrects the result of a receipt and an earlier change that were made at the same time, and no units are added or
 * removed.
 */
export type BatchQuantityChanged = BatchEvent<
  'BatchQuantityChanged',
  { batchReference: string; sku: string; quantity: number; previousQuantity: number }
>;

/** The date of a batch has changed; `eta` is null if the batch has arrived. */
export type BatchRescheduled = BatchEvent<
  'BatchRescheduled',
  { batchReference: string; sku: string; eta: string | null; previousEta: string | null }
>;

export type BatchesEvent =
  | BatchRegistered
  | BatchQuantityChanged
  | BatchRescheduled
  | BatchLotChanged
  | BatchMoved;
