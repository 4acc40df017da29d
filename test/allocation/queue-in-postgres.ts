import type { DataSource } from 'typeorm';
import type { KernelWithClock } from './kernel-with-clock.js';
import type { QueueStack, StoredQueue } from './queue.stack.js';
import { stackInPostgres } from './stack-in-postgres.js';

export function queueStackInPostgres(kernel: KernelWithClock): QueueStack {
  return { ...stackInPostgres(kernel), queue: (sku) => queueIn(kernel.dataSource, sku) };
}

/** What is stored of a product and of those who wait for it, at one moment. */
export async function queueIn(dataSource: DataSource, sku: string): Promise<StoredQueue> {
  const [row] = await dataSource.query<[StoredQueue]>(
    `select (select policy from allocation.product where sku = $1) as policy,
            array(select json_build_object('eta', eta, 'available', quantity - allocated)
                    from allocation.batch where sku = $1) as batches,
            array(select json_build_object(
                           'orderId', order_id, 'sequence', sequence, 'priority', priority,
                           'quantity', quantity + coalesce((select sum(claim.quantity) from allocation.split_claim as claim
                                                             where claim.order_id = line.order_id and claim.sku = line.sku), 0))
                    from allocation.line where sku = $1) as lines,
            array(select json_build_object(
                           'orderId', order_id, 'quantity', quantity, 'sequence', sequence, 'priority', priority,
                           'split', split, 'neededBy', needed_by, 'channel', channel)
                    from allocation.backorder where sku = $1) as waiting`,
    [sku],
  );
  return row;
}
