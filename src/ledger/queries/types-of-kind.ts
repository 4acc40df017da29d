import type { MovementKind } from '../domain/movement.js';
import type { EventOfMovement } from '../read-models/movement-events.js';

/** The events that can be of a kind. */
export const TYPES_OF: Readonly<Record<MovementKind, readonly EventOfMovement[]>> = {
  registered: ['BatchRegistered'],
  received: ['BatchReceived', 'BatchRescheduled'],
  shipped: ['LineShipped'],
  'shipment-cancelled': ['ShipmentCancelled'],
  restocked: ['LineReturned'],
  scrapped: ['LineReturned'],
  counted: ['StockAdjusted'],
  adjusted: ['StockAdjusted', 'BatchQuantityChanged', 'BatchRescheduled'],
  claimed: ['LineAllocated', 'LineHeld', 'LineAmended'],
  released: ['LineDeallocated', 'LineReleased', 'LineAmended', 'LineBackordered'],
  moved: ['LineReallocated'],
};
