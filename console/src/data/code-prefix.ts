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
