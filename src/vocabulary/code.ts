import type { Rule } from './rules.js';

/**
 * A reference, a SKU, an order: a code that a caller chooses. Two codes are the same when their bytes are the same, so
 * two that look the same would be twins that nobody can tell apart (docs/decisions/0017). Each rule is one regular
 * expression: the service checks with it, and the documents of the API and of the messages show it.
 */
export interface CodeRule extends Rule {
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
 * What a code may be that is written for the first time: every character can be seen, and a space is the plain one and
 * inside. It is in Unicode's composed form (NFC), which no pattern can say.
 */
export const newCode: CodeRule = codeRule(
  `^(?! |.* $|.*[${UNSEEN}])[${ANY}]+$`,
  'must be a text of 1 to 128 characters without control or other invisible characters, ' +
    'not beginning or ending in white space, in composed form (NFC)',
  (value) => value.normalize('NFC') === value,
);

const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff';

/** What a code may be that is there already: earlier releases took any text without control characters. */
export const storedCode: CodeRule = codeRule(
  `^[^\\s${CONTROL}](?:[^${CONTROL}]*[^\\s${CONTROL}])?$`,
  'must be a text of 1 to 128 characters without control characters, not beginning or ending in white space',
);

function codeRule(
  pattern: string,
  says: string,
  isComposed: (value: string) => boolean = () => true,
): CodeRule {
  const matcher = new RegExp(pattern, 'u');
  return {
    message: says,
    // Measured before it is matched, so that a long text costs nothing; counted in code points, as JSON Schema does.
    isValid: (value) =>
      typeof value === 'string' &&
      value.length <= 2 * LONGEST &&
      (isPlain(value) || ([...value].length <= LONGEST && matcher.test(value) && isComposed(value))),
    schema: { type: 'string', minLength: 1, maxLength: LONGEST, pattern },
  };
}

/** Whether it is of visible ASCII alone, which every rule allows and nearly every code is: the quick way for each call. */
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
