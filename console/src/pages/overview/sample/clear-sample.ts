import { earmark } from '../../../data/earmark.js';
import { inParallel } from './in-parallel.js';
import { PREFIX } from './prefix.js';
import { hasUnits, ofSample, sampleBatches } from './sample-query.js';
import { requireTaken, send } from './send.js';

const limit = 500;

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
  requireTaken(await send('/v1/bulk/receipts', receipts));
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
