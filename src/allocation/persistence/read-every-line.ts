import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { AllocatedLine } from '../domain/allocated-line.js';
import type { BatchState } from '../domain/batch-state.js';
import { MOST_LINES_OF_A_RUN } from '../domain/reallocation-run.js';
import type { ProductNeed } from '../domain/stock.js';
import { LINE_OF_MANY, linesWithChannels, type LineRowWithChannel, type OfSku } from './read-lines.js';

interface EveryLine {
  readonly lines: readonly OfSku<AllocatedLine>[];
  readonly batches: readonly OfSku<BatchState>[];
  /** Whether every line of the product is here, given how many wait for it; undefined if no need asks for them. */
  has(sku: string, waiting: number): boolean | undefined;
}

/** All lines of the products for which a need asks for them, with the channels of their orders; of too many, one too many. */
export async function readEveryLine(reader: Queryable, needs: readonly ProductNeed[]): Promise<EveryLine> {
  const skus = [...new Set(needs.flatMap(({ sku, everyLine }) => (everyLine ? sku : [])))];
  if (skus.length === 0) return { lines: [], batches: [], has: () => undefined };
  const rows = await reader.query<LineRowWithChannel[]>(
    `select ${LINE_OF_MANY}, customer_order.channel
         from unnest($1::text[]) as need (sku)
        cross join lateral (
              select line.* from allocation.batch join allocation.line on line.batch_reference = batch.reference
               where batch.sku = need.sku and batch.allocated > 0 limit $2) as line
         join allocation.batch on batch.reference = line.batch_reference
         left join allocation.customer_order on customer_order.order_id = line.order_id`,
    [skus, MOST_LINES_OF_A_RUN + 1],
  );
  const { lines, batches } = await linesWithChannels(rows, ({ channel }) => channel);
  const counts = new Map<string, number>(skus.map((sku) => [sku, 0]));
  for (const { sku } of lines) counts.set(sku, counts.get(sku)! + 1);
  return {
    lines,
    batches,
    has: (sku, waiting) => {
      const claiming = counts.get(sku);
      return claiming === undefined ? undefined : claiming + waiting <= MOST_LINES_OF_A_RUN;
    },
  };
}
