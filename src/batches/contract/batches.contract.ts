/** What `batches` tells the other features: the only file of it that they may import. */
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

/** A batch turned out smaller or larger: it holds `quantity` units now. */
export type BatchQuantityChanged = BatchEvent<
  'BatchQuantityChanged',
  { batchReference: string; sku: string; quantity: number; previousQuantity: number }
>;

/** The batch comes on another day; `eta` null says that it has arrived. */
export type BatchRescheduled = BatchEvent<
  'BatchRescheduled',
  { batchReference: string; sku: string; eta: string | null; previousEta: string | null }
>;

export type BatchesEvent = BatchRegistered | BatchQuantityChanged | BatchRescheduled;
