/**
 * What the contract lets in, said a second time and in other words than the service says it, so that a mistake there
 * is not made here as well.
 */

/** null: the contract leaves it open. */
type Verdict = boolean | null;

/** A reference, a SKU, an order that is written for the first time: what cannot be seen may not be in it. */
export function isNewCode(value: unknown): Verdict {
  if (isCode(value) === false || typeof value !== 'string' || value.normalize() !== value) return false;
  const isSeen = (character: string) =>
    character === ' ' ||
    (!/[\p{Z}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u.test(character) &&
      character.codePointAt(0)! < 0x40000 &&
      !BLANK.includes(character));
  return [...value].every(isSeen);
}

/** Symbols without a mark: of Braille, an object, hieroglyphs, Khitan and music; and what no character will ever be. */
const BLANK = [0x2800, 0xfffc, 0x13441, 0x13442, 0x16fe4, 0x1d159].map((code) => String.fromCodePoint(code));

/** One that is there already: 1 to 128 characters, no control characters, no white space at its ends. */
export function isCode(value: unknown): Verdict {
  if (typeof value !== 'string' || !isWellFormed(value)) return false;
  const characters = [...value];
  if (characters.length < 1 || characters.length > 128 || characters.some(isControl)) return false;
  const ends = [characters[0]!, characters.at(-1)!];
  if (ends.some((end) => /\p{White_Space}/u.test(end))) return false;
  // Unicode took it off the list of white space, JavaScript did not.
  return ends.includes('\ufeff') ? null : true;
}

/** Units of a product. */
export function isQuantity(value: unknown, least: number): boolean {
  return typeof value === 'number' && value % 1 === 0 && value >= least && value <= 2 ** 31 - 1;
}

/** A day of the calendar, or null. */
export const isEta = (value: unknown): boolean => value === null || isDay(value);

/** A day of the calendar. */
export function isDay(value: unknown): boolean {
  const [, year, month, day] =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (year === undefined || Number(year) < 1) return false;
  const isLeap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1];
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}

/** An id that the service gives: 32 hexadecimal digits in five groups. */
export function isUuid(value: unknown): boolean {
  const groups = typeof value === 'string' ? value.split('-') : [];
  return groups.map(({ length }) => length).join() === '8,4,4,4,12' && !/[^0-9a-fA-F]/.test(groups.join(''));
}

/** Whether it has no half of a surrogate pair. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text;
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/** What a program that shows a line, or cuts a text into lines, may take for an order. */
export const MISLEADING = /(?!\n)[\p{Cc}\u2028\u2029]/u;

/** All of them hold at once, one of them fails, or it is left open. */
export function every(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}
