import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = { description: 'The channel that the order comes from, such as `web`.', example: 'web' };

/** The sales channel of an order. */
export const channel: NamedValue<string> = { ...storedCode, ...words };

/** A channel that may be written for the first time. */
export const newChannel: NamedValue<string> = { ...newCode, ...words };
