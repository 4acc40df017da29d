/** The most units that the service counts. */
const MOST_UNITS = 2_147_483_647;

/** The number that was typed, or null if it is not a whole one from `least` to `most`. */
export function wholeNumber(text: string, least = 0, most = MOST_UNITS): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,10}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value >= least && value <= most ? value : null;
}
