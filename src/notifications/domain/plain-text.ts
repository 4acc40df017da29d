/** Longest subject of a mail, in characters. */
const LONGEST_SUBJECT = 200;

/** Characters that break a line, are invisible, or change the direction of text. */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** A code that is safe to show in a sentence: misleading characters are escaped. */
export function shown(code: string): string {
  return code.replace(MISLEADING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A subject for a mail: one line of at most 200 characters. */
export function subjectLine(text: string): string {
  const characters = [...shown(text)];
  if (characters.length <= LONGEST_SUBJECT) return characters.join('');
  return `${characters.slice(0, LONGEST_SUBJECT - 1).join('')}…`;
}

/** `1 order line`, `2 order lines`, `2 batches`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function instant(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
