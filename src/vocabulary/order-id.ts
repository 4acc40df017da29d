import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = { description: 'The id of the order.', example: 'order-7' };

/** The id of an order that is known already. */
export const orderId: NamedValue<string> = { ...storedCode, ...words };

/** An order id that may be written for the first time. */
export const newOrderId: NamedValue<string> = { ...newCode, ...words };
