import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = { description: 'The reference under which a batch was bought.', example: 'PO-2031' };

/** The reference of a batch that is known already. */
export const reference: NamedValue<string> = { ...storedCode, ...words };

/** A reference that may be written for the first time. */
export const newReference: NamedValue<string> = { ...newCode, ...words };
