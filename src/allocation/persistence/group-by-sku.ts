export function groupBySku<T extends { readonly sku: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.sku);
    if (group) group.push(item);
    else groups.set(item.sku, [item]);
  }
  return groups;
}
