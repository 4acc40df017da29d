import { isProblem, type OrderBody } from '@earmark/client';
import { earmark } from '../../../data/earmark.js';
import { inParallel } from './in-parallel.js';
import { PREFIX } from './prefix.js';
import { sampleMonth, type SampleStep } from './sample-month.js';
import { requireTaken, send } from './send.js';

/** Of the orders that were packed, so many come back in part. */
const RETURNED_OF = 60;

/** Plays the sample data through the public API: everything is bought first, then the days follow each other. */
export async function playSample(onProgress: (part: number) => void): Promise<number> {
  const run = Math.floor(Date.now() / 1_000)
    .toString(36)
    .slice(-4)
    .toUpperCase();
  const { batches, steps } = sampleMonth(new Date().toISOString().slice(0, 10), run);
  requireTaken(await send('/v1/bulk/batches', batches));
  const play = new Play(run);
  for (const [at, step] of steps.entries()) {
    onProgress((at + 1) / (steps.length + 1));
    await play.step(step);
  }
  return play.orders;
}

class Play {
  /** Orders of which everything is on hand, to be packed at the end of the step. */
  #toPack: string[] = [];
  #packed = 0;
  #orders = new Set<string>();

  constructor(private readonly run: string) {}

  get orders(): number {
    return this.#orders.size;
  }

  async step({ orders, confirmed, incidents, receipts, isPacked }: SampleStep): Promise<void> {
    for (const { body } of await send('/v1/bulk/orders', orders)) this.#take(body as OrderBody | undefined);
    // A hold of which nothing could be promised was refused.
    const holds = confirmed.filter((orderId) => this.#orders.has(orderId));
    await inParallel(holds, (orderId) => unlessRefused(earmark.orders.confirm({ path: { orderId } })));
    for (const { reference, quantity, eta } of incidents) {
      const body = { ...(quantity !== null && { quantity }), ...(eta !== null && { eta }) };
      await unlessRefused(earmark.batches.change({ path: { reference }, body }));
    }
    await send('/v1/bulk/receipts', receipts);
    if (isPacked) await this.#pack();
  }

  #take(order: OrderBody | undefined): void {
    if (!order) return;
    this.#orders.add(order.orderId);
    const isOnHand = order.lines.every(
      ({ claims }) => claims.length > 0 && claims.every(({ eta }) => eta === null),
    );
    if (isOnHand && order.expiresAt === null) this.#toPack.push(order.orderId);
  }

  async #pack(): Promise<void> {
    const orders = [...new Set(this.#toPack)];
    this.#toPack = [];
    const rows = orders.map((orderId) => ({
      shipmentId: `${PREFIX}S-${this.run}-${++this.#packed}`,
      orderId,
    }));
    const results = await send('/v1/bulk/shipments', rows);
    const [first] = results.filter(({ body }) => body !== undefined);
    if (this.#packed % RETURNED_OF > orders.length || !first) return;
    const { orderId, lines } = first.body as OrderBody;
    await unlessRefused(
      earmark.warehouse.takeBack({
        path: { returnId: `${PREFIX}R-${this.run}-${this.#packed}` },
        body: { orderId, lines: [{ sku: lines[0]!.sku, quantity: 1, disposition: 'restock' }] },
      }),
    );
  }
}

/** A refusal is part of the month: the order has left, the hold has ended. */
async function unlessRefused(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    const isPart = isProblem(
      error,
      'already-shipped',
      'hold-expired',
      'order-cancelled',
      'order-firm',
      'unknown-order',
      'over-returned',
    );
    if (!isPart) throw error;
  });
}
