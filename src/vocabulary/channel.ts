import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = { description: 'Where the order comes from.', example: 'web' };

/** The sales channel of an order. */
export const channel: NamedValue<string> = { ...storedCode, ...words };

/** A channel that may be written for the first time. */
export const newChannel: NamedValue<string> = { ...newCode, ...words };
