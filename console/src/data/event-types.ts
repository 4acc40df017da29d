import type { EventType } from '@earmark/client';

// A record, so that a type that the API adds does not compile until it is here.
const TYPES: Readonly<Record<EventType, true>> = {
  BackorderEnded: true,
  BatchLotChanged: true,
  BatchMoved: true,
  BatchOverdue: true,
  BatchQuantityChanged: true,
  BatchReceived: true,
  BatchRegistered: true,
  BatchRescheduled: true,
  LineAllocated: true,
  LineAmended: true,
  LineBackordered: true,
  LineDeallocated: true,
  LineHeld: true,
  LineReallocated: true,
  LineReleased: true,
  LineReturned: true,
  LineShipped: true,
  OutOfStock: true,
  PolicyChanged: true,
  PromisesChanged: true,
  ShipmentCancelled: true,
  StockAdjusted: true,
};

export const EVENT_TYPES = Object.keys(TYPES) as readonly EventType[];
