/**
 * A text for a terminal or for one line of a log: control characters and line breaks, which move the cursor or start a
 * new line, become their escapes. Anything from outside may hold them: a row, a message, the reply of a server.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u2028\u2029]/gu, escaped);
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
