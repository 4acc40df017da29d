/**
 * Compares two codes by the bytes of their UTF-8, as PostgreSQL's collation "C" does, so that the service
 * and the database agree on every order. JavaScript's own `<` compares UTF-16 units, which puts U+1F4A9
 * before U+FF5E.
 */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [aUnit, bUnit] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (aUnit !== bUnit) return codePointOrder(aUnit) < codePointOrder(bUnit) ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** Surrogates, D800 to DFFF, stand for code points beyond FFFF, and so sort behind all other units. */
function codePointOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
