import { newCode, storedCode } from './code.js';
import type { NamedValue } from './value.js';

/** The place of every batch for which none is named. */
export const DEFAULT_LOCATION = 'main';

const words = { description: 'Where the batch is.', example: DEFAULT_LOCATION };

/** A place that is known already. */
export const location: NamedValue<string> = { ...storedCode, ...words };

/** A place that may be written for the first time. */
export const newLocation: NamedValue<string> = { ...newCode, ...words };
