import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = {
  description: 'An id that the caller chooses. Repeating the same call with it changes nothing.',
  example: 'doc-7',
};

/** The id of a receipt, a shipment, a return or an adjustment that is known already. */
export const documentId: NamedValue<string> = { ...storedCode, ...words };

/** One that may be written for the first time. */
export const newDocumentId: NamedValue<string> = { ...newCode, ...words };
