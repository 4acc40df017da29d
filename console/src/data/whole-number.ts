/** The number that was typed, or null if it is not a whole one of at least `least`. */
export function wholeNumber(text: string, least = 0): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,10}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value >= least && value <= 2_147_483_647 ? value : null;
}
