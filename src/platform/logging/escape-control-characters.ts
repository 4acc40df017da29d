/**
 * A text for a terminal, or for a line of a log: what breaks the line, moves the cursor or is an order to the program
 * that shows it stands there as its escape. What comes from outside (a row, a message, the reply of a server) may hold
 * any of that.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u2028\u2029]/gu, escaped);
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
