import type pg from 'pg';
import type { Recorded } from './clients.js';
import type { LoggedEvent } from './log.js';
import { priorityOf, QUEUE_SKUS } from './queues.js';

/** Nobody protects units or blocks batches here, so that a line is met by what is free in time. */
const COULD_BE_MET = `
  select backorder.sku || ' ' || order_id || ' waits for ' || quantity || ', though ' || largest || ' of one batch and '
         || total || ' of all are free, with the policy ' || coalesce(policy->>'backorders', 'first-fit')
    from allocation.backorder join allocation.product using (sku)
   cross join lateral (
         select coalesce(max(batch.quantity - allocated), 0) as largest,
                coalesce(sum(batch.quantity - allocated), 0) as total
           from allocation.batch where batch.sku = backorder.sku and (eta is null or needed_by is null or eta <= needed_by)
         ) as free
   where (policy->>'backorders' is distinct from 'strict'
          or place = (select min(place) from allocation.backorder as other where other.sku = backorder.sku))
     and quantity <= case when split then total else largest end`;

/** Rule 12, of what is left: no line waits that could be met or, in a strict queue, its head cannot be. */
export async function checkQueueTables(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<[string]>({ text: COULD_BE_MET, rowMode: 'array' });
  return rows.map(([words]) => words);
}

/** Higher priority first, then the oldest, in whatever answer shows a queue; and what it says of those ahead is so. */
export function checkShownQueues(calls: readonly Recorded[]): string[] {
  return calls.flatMap(({ call, reply }) => {
    if (call.ask !== 'show queue' || reply?.status !== 200) return [];
    const { items } = reply.body as { items: readonly Shown[] };
    let ahead = 0;
    const isWrong = items.some((line, i) => {
      const isBehind = line.unitsAhead !== ahead || (i > 0 && line.priority > items[i - 1]!.priority);
      ahead += line.quantity;
      return isBehind || line.priority !== priorityOf(line.orderId);
    });
    return isWrong ? [`The queue of ${call.sku} was seen as ${JSON.stringify(items)}`] : [];
  });
}

interface Shown {
  readonly orderId: string;
  readonly quantity: number;
  readonly priority: number;
  readonly unitsAhead: number;
}

/** Rule 12, by the log alone: in a strict queue, no line got more units while another waited before it. */
export function checkOvertaking(events: readonly LoggedEvent[]): string[] {
  return QUEUE_SKUS.flatMap((sku) => overtakenOf(events.filter(({ key }) => key === sku)));
}

function overtakenOf(events: readonly LoggedEvent[]): string[] {
  /** Since when each order has had its line: lines of a product are as old as their first event. */
  const ages = new Map<string, number>();
  const waiting = new Set<string>();
  const wrong: string[] = [];
  let isStrict = false;
  for (const { type, position, data } of events) {
    const { orderId } = data;
    switch (type) {
      case 'PolicyChanged':
        isStrict = data.backorders === 'strict';
        continue;
      case 'LineBackordered':
        ages.set(orderId, ages.get(orderId) ?? position);
        waiting.add(orderId);
        continue;
      case 'BackorderEnded':
      case 'LineDeallocated':
      case 'LineReleased':
        ages.delete(orderId);
        waiting.delete(orderId);
        continue;
      case 'LineAllocated':
      case 'LineHeld':
      case 'LineAmended': {
        waiting.delete(orderId);
        ages.set(orderId, ages.get(orderId) ?? position);
        const hasMore = type === 'LineAmended' ? data.quantity > data.previousQuantity : data.from !== 'hold';
        const before = [...waiting].find((other) => isBefore(other, orderId, ages));
        if (isStrict && hasMore && before !== undefined)
          wrong.push(`${orderId} overtook ${before} in a strict queue (event ${position})`);
      }
    }
  }
  return wrong;
}

function isBefore(a: string, b: string, ages: ReadonlyMap<string, number>): boolean {
  return priorityOf(a) > priorityOf(b) || (priorityOf(a) === priorityOf(b) && ages.get(a)! < ages.get(b)!);
}
