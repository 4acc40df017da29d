import { newCode } from './code.js';
import type { NamedValue } from './value.js';

/** Why somebody did something, in a few words. */
export const reason: NamedValue<string> = {
  ...newCode,
  description: 'The reason, in a few words.',
  example: 'water damage',
};
