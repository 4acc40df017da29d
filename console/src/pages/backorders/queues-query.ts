import { isProblem } from '@earmark/client';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { noteWaits, summaryOf, type BackorderedEvent, type QueueSummary, type Waits } from './waits.js';

/** The API's largest page. */
const PAGE = 500;
/** Pages of events that are read in one go: 50,000 lines that have begun to wait. */
const MOST_PAGES = 100;
const QUEUES_AT_ONCE = 8;

/** What was read of the log already: it only grows at its end, so the rest is all that has to be read the next time. */
let waits: Waits = new Map();
let readUpTo: number | undefined;
/** The newest event that was read for each SKU. */
const newest = new Map<string, number>();

async function readWaits(signal: AbortSignal): Promise<{ readonly isComplete: boolean }> {
  for (let page = 0; page < MOST_PAGES; page++) {
    const { data } = await earmark.events.list({
      query: {
        types: ['LineBackordered'],
        limit: PAGE,
        ...(readUpTo !== undefined && { after: readUpTo }),
      },
      signal,
    });
    noteWaits(waits, data.items as unknown as readonly BackorderedEvent[]);
    for (const { key, position } of data.items) newest.set(key, position);
    readUpTo = data.next ?? data.items.at(-1)?.position ?? readUpTo;
    if (data.next === null) return { isComplete: true };
  }
  return { isComplete: false };
}

/** Reads what is new; all of it again if what was read last is no longer in the log. */
async function followWaits(signal: AbortSignal): Promise<{ readonly isComplete: boolean }> {
  try {
    return await readWaits(signal);
  } catch (error) {
    if (!isProblem(error, 'events-pruned', 'ahead-of-log')) throw error;
    waits = new Map();
    readUpTo = undefined;
    return readWaits(signal);
  }
}

/** SKUs for which orders wait that are older than the log: the newest of these. */
async function skusOfOrders(signal: AbortSignal): Promise<readonly string[]> {
  const { data } = await earmark.orders.list({ query: { state: 'backordered', limit: PAGE }, signal });
  return data.items.flatMap(({ lines }) => lines.map(({ sku }) => sku));
}

async function readQueue(sku: string, signal: AbortSignal): Promise<QueueSummary | null> {
  const lastBegun = newest.get(sku);
  const { data } = await earmark.backorders.list({ path: { sku }, query: { limit: PAGE }, signal });
  // Nobody waits for it until another line begins to: its queue need not be read again before that.
  if (data.items.length === 0 && newest.get(sku) === lastBegun) waits.delete(sku);
  return summaryOf(sku, data.items, data.next !== null, waits.get(sku));
}

export interface Queues {
  /** The largest first. */
  readonly queues: readonly QueueSummary[];
  /** Whether every product was looked at for which a line has begun to wait, as far back as the log is kept. */
  readonly isComplete: boolean;
}

/** The API has no list of all lines that wait, but the log says for which products lines have begun to. */
export const queuesQuery = apiQuery(
  'backorders.queues',
  {},
  async (signal): Promise<{ data: Queues }> => {
    const [{ isComplete }, ofOrders] = await Promise.all([followWaits(signal), skusOfOrders(signal)]);
    const skus = [...new Set([...waits.keys(), ...ofOrders])];
    const queues: QueueSummary[] = [];
    while (skus.length > 0) {
      const some = skus.splice(0, QUEUES_AT_ONCE);
      const read = await Promise.all(some.map((sku) => readQueue(sku, signal)));
      queues.push(...read.filter((queue) => queue !== null));
    }
    return { data: { queues: queues.toSorted((one, other) => other.units - one.units), isComplete } };
  },
  // Each event would read every queue again.
  { isLive: false, everyMs: 15_000 },
);

/** Since when each order waits for the product; what is not in it has waited since before the log begins. */
export const sinceQuery = (sku: string) =>
  apiQuery('backorders.since', { sku }, async (signal): Promise<{ data: ReadonlyMap<string, string> }> => {
    await followWaits(signal);
    return { data: new Map(waits.get(sku)) };
  });
