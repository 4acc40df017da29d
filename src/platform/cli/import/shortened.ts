const MOST_CHARACTERS = 60;

/** The beginning of a text of a file, enough to know it again. */
export function shortened(text: string): string {
  const characters = [...text.slice(0, 2 * MOST_CHARACTERS + 2)];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : text;
}
