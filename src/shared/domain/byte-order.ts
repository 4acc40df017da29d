/**
 * Compares two codes by the bytes of their UTF-8, as PostgreSQL's collation "C" does, so that the service
 * and the database agree on every order. JavaScript's own `<` compares UTF-16 units, which puts U+1F4A9
 * before U+FF5E.
 */
export function inByteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
