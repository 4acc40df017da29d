import type { BatchBody } from '@earmark/client';
import { apiQuery } from '../../../data/api-query.js';
import { earmark } from '../../../data/earmark.js';
import { PREFIX } from './prefix.js';

const limit = 500;

/** The batches of the sample data that still have units. */
export const sampleQuery = apiQuery(
  'overview.sample',
  {},
  async (signal) => ({ data: (await sampleBatches(signal)).filter(hasUnits) }),
  { isLive: false, everyMs: 30_000 },
);

export const hasUnits = ({ onHand, inbound }: BatchBody): boolean => onHand + inbound > 0;

export const sampleBatches = (signal?: AbortSignal): Promise<BatchBody[]> =>
  ofSample(
    async (after) =>
      (await earmark.batches.list({ query: { after, limit }, ...(signal && { signal }) })).data,
    ({ reference }) => reference,
  );

/** The items whose codes begin with the prefix: they stand next to each other in the order of their codes. */
export async function ofSample<Item>(
  ask: (after: string) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
  codeOf: (item: Item) => string,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let after: string | null = PREFIX; after !== null;) {
    const { items, next } = await ask(after);
    const own = items.filter((item) => codeOf(item).startsWith(PREFIX));
    found.push(...own);
    after = own.length < items.length ? null : next;
  }
  return found;
}
