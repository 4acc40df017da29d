import type { AllocationEvent } from '../../allocation/contract/allocation.contract.js';
import type { BatchesEvent } from '../../batches/contract/batches.contract.js';

/** The events that change a figure of a batch. */
export const EVENTS_OF_MOVEMENTS = [
  'BatchRegistered',
  'BatchQuantityChanged',
  'BatchRescheduled',
  'BatchReceived',
  'LineAllocated',
  'LineAmended',
  'LineBackordered',
  'LineDeallocated',
  'LineHeld',
  'LineReallocated',
  'LineReleased',
  'LineReturned',
  'LineShipped',
  'ShipmentCancelled',
  'StockAdjusted',
] as const satisfies readonly (AllocationEvent | BatchesEvent)['type'][];

export type EventOfMovement = (typeof EVENTS_OF_MOVEMENTS)[number];
