import type { Page } from './api-query.js';

/**
 * The cursor after which a list in the order of codes begins with those that begin with `prefix`: a cursor is exclusive, so
 * it is the code that is just before the prefix itself.
 */
export const beforeAllThatBeginWith = (prefix: string): string => {
  const last = prefix.charCodeAt(prefix.length - 1);
  return `${prefix.slice(0, -1)}${String.fromCharCode(last - 1)}~`;
};

/** Those of a page of products that begin with the prefix; behind one that comes after all of these there are no more. */
export function onlyWithPrefix<Product extends { readonly sku: string }>(
  { items, next }: Page<Product, string>,
  prefix: string,
): Page<Product, string> {
  const goesOn = items.at(-1)?.sku.startsWith(prefix) === true;
  return { items: items.filter(({ sku }) => sku.startsWith(prefix)), next: goesOn ? next : null };
}

/**
 * The first codes that begin with a text as it was typed, or with it in capitals, which most codes are in: the service
 * compares them byte by byte.
 * @param list a page of the list of codes after a cursor
 */
export async function codesThatBeginWith(
  text: string,
  limit: number,
  list: (page: { readonly after: string; readonly limit: number }) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const inCase = async (prefix: string) =>
    (await list({ after: beforeAllThatBeginWith(prefix), limit })).filter((code) => code.startsWith(prefix));
  const found = await Promise.all([...new Set([text, text.toUpperCase()])].map(inCase));
  return [...new Set(found.flat())].slice(0, limit);
}
