import type { Page } from '../../data/api-query.js';

export interface FirstPages<Item> {
  readonly items: readonly Item[];
  /** Whether there are more than were read. */
  readonly areMore: boolean;
}

/** The first pages of a list, 500 items each: as much as an overview looks at. */
export async function readPages<Item, Next>(
  most: number,
  ask: (after: Next | undefined) => Promise<{ readonly data: Page<Item, Next> }>,
): Promise<{ readonly data: FirstPages<Item> }> {
  const items: Item[] = [];
  let after: Next | undefined;
  for (let page = 0; page < most; page++) {
    const { data } = await ask(after);
    items.push(...data.items);
    if (data.next === null) return { data: { items, areMore: false } };
    after = data.next;
  }
  return { data: { items, areMore: true } };
}
