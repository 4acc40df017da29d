import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

const words = { description: 'The stock-keeping unit: the code of a product.', example: 'SMALL-TABLE' };

/** A SKU that is known already. */
export const sku: NamedValue<string> = { ...storedCode, ...words };

/** A SKU that may be written for the first time. */
export const newSku: NamedValue<string> = { ...newCode, ...words };
