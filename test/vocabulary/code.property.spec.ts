import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newCode, storedCode } from '../../src/vocabulary/code.js';

/** As a validator of JSON Schema reads it, which knows nothing of the service. */
function schemaAllows({ schema: { pattern, minLength, maxLength } }: typeof newCode, text: string): boolean {
  const length = [...text].length;
  return length >= minLength && length <= maxLength && new RegExp(pattern, 'u').test(text);
}

const hex = (text: string) => [...text].map((each) => each.codePointAt(0)!.toString(16)).join(' ');

const ODD = ['\u200b', '\u2028', '\ufeff', '\u00ad', '\u0301', '\ud800', '\udc00', '\t', ' ', '\u00a0', '\n'];
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 140 }),
  fc.string({ unit: 'grapheme', maxLength: 140 }),
  fc.string({
    unit: fc.oneof(fc.constantFrom('a', 'e', '\u{1f4a9}', ...ODD), fc.string({ maxLength: 1 })),
    maxLength: 20,
  }),
  fc.array(fc.nat(0xffff), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
);

describe('A code', () => {
  it('is accepted as a new one exactly if its schema allows it and it is in composed form', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(newCode.isValid(text)).toBe(schemaAllows(newCode, text) && text.normalize('NFC') === text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is accepted as a known one exactly if its schema allows it', () => {
    fc.assert(
      fc.property(texts, (text) => expect(storedCode.isValid(text)).toBe(schemaAllows(storedCode, text))),
      { numRuns: 3_000 },
    );
  });

  it('can always be named again once it was accepted', () => {
    fc.assert(fc.property(texts, (text) => !newCode.isValid(text) || storedCode.isValid(text)));
  });

  it('may hold every visible character, and no character that Unicode calls invisible, in any place', () => {
    const unseen =
      /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
    // Symbols that are blank by design: Braille, an object, hieroglyphs, Khitan, music.
    const blank = [0x2800, 0xfffc, 0x13441, 0x13442, 0x16fe4, 0x1d159];
    const wrong: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      const character = String.fromCodePoint(codePoint);
      if (character === ' ' || /\p{Cn}/u.test(character)) continue;
      const isSeen = !unseen.test(character) && !blank.includes(codePoint);
      // Behind a letter that no mark composes with.
      if (character.normalize('NFC') !== character) continue;
      for (const text of [`q${character}q`, `q${character}`]) {
        if (newCode.isValid(text) !== isSeen && isSeen === (text.normalize('NFC') === text))
          wrong.push(hex(text));
      }
      if (!isSeen && newCode.isValid(`${character}q`)) wrong.push(hex(character));
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    'x',
    'a / b',
    'x'.repeat(128),
    '😀'.repeat(128),
    '__proto__',
    'é',
    '日本',
    'ÅÄÖ-1',
    'کتاب',
    'বাংলা',
  ])('may be %j', (text) => {
    expect([newCode.isValid(text), storedCode.isValid(text)]).toEqual([true, true]);
  });

  it.each([
    ['a zero-width space', 'a\u200bb'],
    ['a zero-width joiner', 'a\u200db'],
    ['a word joiner', 'a\u2060b'],
    ['a byte order mark', 'a\ufeffb'],
    ['a soft hyphen', 'a\u00adb'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['a right-to-left override', 'a\u202eb'],
    ['an isolate', '\u2067ab\u2069'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a combining grapheme joiner', 'a\u034fb'],
    ['a Hangul filler', 'a\u3164b'],
    ['a halfwidth Hangul filler', 'a\uffa0b'],
    ['a Hangul choseong filler', 'a\u115fb'],
    ['a Khmer inherent vowel', 'a\u17b5b'],
    ['a Mongolian vowel separator', 'a\u180eb'],
    ['a variation selector', 'a\ufe0fb'],
    ['a variation selector of the supplement', 'a\u{e0100}b'],
    ['a tag', 'a\u{e0041}b'],
    ['a blank Braille pattern', 'a\u2800b'],
    ['a no-break space', 'a\u00a0b'],
    ['an ideographic space', 'a\u3000b'],
    ['a private character', 'a\ue000b'],
    ['a noncharacter', 'a\ufdd0b'],
    ['another noncharacter', 'a\u{1fffe}b'],
    ['a decomposed letter', 'cafe\u0301'],
    ['a compatibility ideograph', '\uf900'],
  ])('with %s is rejected as a new one, and accepted as a known one', (_, text) => {
    expect([newCode.isValid(text), storedCode.isValid(text)]).toEqual([false, true]);
  });

  it.each([
    '',
    ' x',
    'x ',
    '\u00a0x',
    'x\u2003',
    'x\n',
    'a\tb',
    'a\u0000b',
    'a\u0085b',
    '\ud800',
    'a\udc00b',
    'x'.repeat(129),
    '😀'.repeat(129),
    7,
    null,
    undefined,
    ['x'],
  ])('may never be %j', (value) => {
    expect([newCode.isValid(value), storedCode.isValid(value)]).toEqual([false, false]);
  });

  it('has patterns that validators without the flag u can read too, with the same meaning for usual codes', () => {
    for (const { schema } of [newCode, storedCode]) {
      const pattern = new RegExp(schema.pattern);
      expect(['SMALL-TABLE', 'a b', 'é', '日本'].filter((text) => !pattern.test(text))).toEqual([]);
      expect(['a\tb', 'a ', ' a', ''].filter((text) => pattern.test(text))).toEqual([]);
    }
  });
});
