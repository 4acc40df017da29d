import type { BatchBody } from '@earmark/client';
import { apiQuery } from '../../../data/api-query.js';
import { earmark } from '../../../data/earmark.js';
import { inParallel } from './in-parallel.js';
import { send } from './play-sample.js';
import { PREFIX } from './prefix.js';

const limit = 500;

/** The batches of the sample data that still have units. */
export const sampleQuery = apiQuery(
  'overview.sample',
  {},
  async (signal) => ({ data: (await sampleBatches(signal)).filter(hasUnits) }),
  { isLive: false, everyMs: 30_000 },
);

const hasUnits = ({ onHand, inbound }: BatchBody): boolean => onHand + inbound > 0;

const sampleBatches = (signal?: AbortSignal): Promise<BatchBody[]> =>
  ofSample(
    async (after) =>
      (await earmark.batches.list({ query: { after, limit }, ...(signal && { signal }) })).data,
    ({ reference }) => reference,
  );

/** The items whose codes begin with the prefix: they stand next to each other in the order of their codes. */
async function ofSample<Item>(
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

const OPEN: ReadonlySet<string> = new Set([
  'held',
  'allocated',
  'partly-allocated',
  'backordered',
  'partly-shipped',
]);

export interface Cleared {
  readonly orders: number;
  readonly batches: number;
}

/** Cancels the sample orders that are open, and takes the units of the sample batches out. Safe to repeat. */
export async function clearSample(onProgress: (part: number) => void): Promise<Cleared> {
  const products = await ofSample(
    async (after) => (await earmark.products.list({ query: { after, limit } })).data,
    ({ sku }) => sku,
  );
  const open = new Set<string>();
  await inParallel(products, async ({ sku }) => {
    for (const orderId of await openOrders(sku)) open.add(orderId);
  });
  const batches = (await sampleBatches()).filter(hasUnits);
  let done = 0;
  const step = () => onProgress(++done / (open.size + batches.length));
  await inParallel([...open], async (orderId) => {
    await earmark.orders.cancel({ path: { orderId } });
    step();
  });

  const inbound = batches.filter((batch) => batch.inbound > 0);
  const receipts = inbound.map(({ reference }) => ({
    ...{ receiptId: `${PREFIX}${crypto.randomUUID()}`, batchReference: reference },
    ...{ quantity: 0, final: true },
  }));
  const refused = (await send('/v1/bulk/receipts', receipts, new AbortController().signal)).find(
    ({ problem }) => problem,
  );
  if (refused) throw new Error(refused.problem!.detail ?? refused.problem!.title);
  await inParallel(batches, async ({ reference, onHand }) => {
    if (onHand > 0)
      await earmark.warehouse.adjust({
        path: { adjustmentId: `${PREFIX}${crypto.randomUUID()}` },
        body: { batchReference: reference, by: -onHand, reason: 'sample data cleared' },
      });
    step();
  });
  return { orders: open.size, batches: batches.length };
}

async function openOrders(sku: string): Promise<string[]> {
  const open: string[] = [];
  for (let after: string | undefined; ;) {
    const query = { sku, limit, ...(after !== undefined && { after }) };
    const { items, next } = (await earmark.orders.list({ query })).data;
    for (const { orderId, state } of items)
      if (orderId.startsWith(PREFIX) && OPEN.has(state)) open.push(orderId);
    if (next === null) return open;
    after = next;
  }
}
