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

/** All units of a line were promised to `batchReference`. */
export type LineAllocated = AllocationEventOf<'LineAllocated', Line & { eta: string | null }>;

/** A line gave back its claim on `batchReference`. */
export type LineDeallocated = AllocationEventOf<
  'LineDeallocated',
  Line & { reason: 'cancelled' | 'batch-shrunk' }
>;

/** A line moved to `batchReference`. */
export type LineReallocated = AllocationEventOf<
  'LineReallocated',
  Line & { eta: string | null; previousBatchReference: string; reason: 'batch-shrunk' }
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
 * The `eta` of a batch has passed, it has not arrived, and `lines` order lines wait for `units` units of it. Published
 * once for each `eta` that passes while lines wait.
 * `eta` is the date (`YYYY-MM-DD`) that has passed, in the service's `TIME_ZONE`.
 */
export type BatchOverdue = AllocationEventOf<
  'BatchOverdue',
  { sku: string; batchReference: string; eta: string; lines: number; units: number; productVersion: number }
>;

export type AllocationEvent = LineAllocated | LineDeallocated | LineReallocated | OutOfStock | BatchOverdue;
