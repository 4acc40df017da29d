/** Longest subject of a mail, in characters. */
const LONGEST_SUBJECT = 200;

/** What breaks a line, hides, or turns the direction of the text around it. */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** A code that callers chose, safe within a sentence: characters that would mislead its readers are escaped. */
export function shown(code: string): string {
  return code.replace(MISLEADING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A subject as it stands in a mail: one line, 200 characters at most. */
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
