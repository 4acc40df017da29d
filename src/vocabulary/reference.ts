import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = {
  description: 'The code under which a batch is registered, such as the number of the purchase.',
  example: 'PO-2031',
};

/** The reference of a batch that is known already. */
export const reference: NamedValue<string> = { ...storedCode, ...words };

/** A reference that may be written for the first time. */
export const newReference: NamedValue<string> = { ...newCode, ...words };
