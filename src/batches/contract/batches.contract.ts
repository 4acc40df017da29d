/** The events that `batches` publishes: the only file of it that other features may import. */
import type { DomainEvent } from '../../kernel/domain/events.js';

interface BatchEvent<Type extends string, Data extends { sku: string }> extends DomainEvent {
  readonly type: Type;
  readonly version: 1;
  readonly data: Readonly<Data>;
}

/** A quantity of one SKU was bought. `eta` is a date (`YYYY-MM-DD`), or null for stock on hand. */
export type BatchRegistered = BatchEvent<
  'BatchRegistered',
  { batchReference: string; sku: string; quantity: number; eta: string | null }
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

export type BatchesEvent = BatchRegistered | BatchQuantityChanged | BatchRescheduled;
