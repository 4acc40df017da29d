import { DomainError } from '../kernel/domain/errors.js';
import { explainProblem } from '../kernel/domain/problem-texts.js';
import type { Value } from './value.js';

/**
 * A reference, a SKU or an order id: a code that a caller chooses. Two codes are the same when their bytes are the same,
 * so two that look alike would be twins that nobody can tell apart (docs/decisions/0017). Each rule is one regular
 * expression: the service checks with it, and the documents of the API and of the messages show it.
 */
interface Code extends Value<string> {
  readonly schema: {
    readonly type: 'string';
    readonly minLength: number;
    readonly maxLength: number;
    readonly pattern: string;
  };
}

const LONGEST = 128;

/**
 * Escapes that mean the same with and without the flag `u`, so that validators without it still compile the pattern.
 * A range must not end in a pair of surrogates for that reason; such code points stand here one by one.
 */
const UNSEEN = [
  // Control characters, and the no-break space, which looks like a space.
  '\\u0000-\\u001f\\u007f-\\u00a0',
  // Soft hyphen, combining grapheme joiner, Arabic and Syriac format characters.
  '\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2',
  // Fillers, vowels and selectors that have no glyph: Hangul, Khmer, Mongolian; the space of Ogham.
  '\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f',
  // Other spaces, zero-width characters, separators, bidirectional controls and invisible operators.
  '\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f',
  // Blank Braille pattern, ideographic space, Hangul fillers.
  '\\u2800\\u3000\\u3164\\uffa0',
  // Halves of pairs, and private characters, which have no glyph that both sides agree on.
  '\\ud800-\\uf8ff',
  // Noncharacters, variation selectors, byte order mark, annotations and the placeholder of an object.
  '\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\ufff0-\\ufffc\\ufffe\\uffff',
  // Beyond U+FFFF: format characters of Kaithi, hieroglyphs, shorthand and music; blanks of hieroglyphs, Khitan and music.
  ...[0x110bd, 0x110cd, ...from(0x13430, 0x1343f), 0x13441, 0x13442, 0x16fe4, ...from(0x1bca0, 0x1bca3)].map(
    pair,
  ),
  ...[0x1d159, ...from(0x1d173, 0x1d17a), 0x1fffe, 0x1ffff, 0x2fffe, 0x2ffff].map(pair),
].join('');

/** Up to U+3FFFD: the planes behind it hold tags, selectors, private characters, or nothing yet. */
const ANY = `\\u0000-${pair(0x3fffd)}\\uf900-\\uffff`;

/**
 * A code that may be written for the first time: every character is visible, and spaces are plain ones and inside. It is
 * in Unicode's composed form (NFC), which no pattern can express.
 */
export const newCode: Code = code(
  `^(?! |.* $|.*[${UNSEEN}])[${ANY}]+$`,
  'must be a text of 1 to 128 characters without control or other invisible characters, ' +
    'not beginning or ending in white space, in composed form (NFC)',
  (value) => value.normalize('NFC') === value,
);

const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff';

/** A code that is stored already: earlier releases accepted any text without control characters. */
export const storedCode: Code = code(
  `^[^\\s${CONTROL}](?:[^${CONTROL}]*[^\\s${CONTROL}])?$`,
  'must be a text of 1 to 128 characters without control characters, not beginning or ending in white space',
);

function code(pattern: string, message: string, isComposed: (value: string) => boolean = () => true): Code {
  const matcher = new RegExp(pattern, 'u');
  return {
    message,
    // The length comes first, so that a long text costs nothing; it counts code points, as JSON Schema does.
    isValid: (value): value is string =>
      typeof value === 'string' &&
      value.length <= 2 * LONGEST &&
      (isPlain(value) || ([...value].length <= LONGEST && matcher.test(value) && isComposed(value))),
    schema: { type: 'string', minLength: 1, maxLength: LONGEST, pattern },
    parse: (text) => text,
  };
}

export class InvalidCode extends DomainError {
  readonly code = 'invalid-code';
  readonly kind = 'unprocessable';

  constructor(what: string) {
    super(`${what} ${storedCode.message}.`, { what });
  }
}

explainProblem('invalid-code', {
  meaning:
    'A reference, a SKU or another code is empty, is longer than 128 characters, begins or ends with white space, or ' +
    'contains control characters.',
  action: 'Send a code of 1 to 128 visible characters.',
  repetition: 'after-change',
});

/**
 * @param what the name of the field
 * @throws {InvalidCode} unless it is a code, even if only older versions accepted it as a new one
 */
export function requireCode(value: string, what: string): void {
  if (!storedCode.isValid(value)) throw new InvalidCode(what);
}

/** Whether it is all visible ASCII, which both rules allow: the fast path, which nearly every code takes. */
function isPlain(value: string): boolean {
  const { length } = value;
  if (length === 0 || length > LONGEST) return false;
  for (let at = 0; at < length; at++) {
    const unit = value.charCodeAt(at);
    if (unit <= 0x20 || unit >= 0x7f) return false;
  }
  return true;
}

function from(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A code point beyond U+FFFF as a pair of surrogates. */
function pair(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  return [0, 1].map((i) => `\\u${character.charCodeAt(i).toString(16)}`).join('');
}
