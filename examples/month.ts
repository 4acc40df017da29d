import { compareBytes } from '../src/kernel/domain/compare-bytes.js';
import { catalogue, discontinued, type Article, type Habit } from './catalogue.js';
import { Random } from '../testing/random.js';
import { tally } from './tally.js';

/** What was bought. `eta` is `YYYY-MM-DD`, or null for stock on hand. */
export interface Batch {
  readonly reference: string;
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

export interface OrderLine {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Something that happens to a batch once `afterLine` order lines have been sent: it shrinks, or comes late. */
export interface Incident {
  readonly afterLine: number;
  readonly reference: string;
  /** Units that are left of the batch; null where they stay as they are. */
  readonly quantity: number | null;
  /** The new date; null where it stays as it is. */
  readonly eta: string | null;
}

export interface Month {
  readonly batches: readonly Batch[];
  readonly lines: readonly OrderLine[];
  readonly incidents: readonly Incident[];
}

export const SEED = 552;

interface Size {
  /** How many articles of the catalogue are sold; each has one batch or more. */
  readonly articles: number;
  readonly batches: number;
  readonly lines: number;
}

const WHOLE: Size = { articles: catalogue.length, batches: 800, lines: 20_000 };
/** A Monday. */
export const MONTH_START = Date.UTC(2026, 10, 2);

/** What sells in the month, most popular first. */
interface Seller extends Article {
  readonly popularity: number;
  /** Units bought for each unit asked for: planners guess, and some guesses are too low. */
  readonly cover: number;
}

const byPopularity = (seller: Seller) => seller.popularity;

/**
 * A long tail: a few articles carry the month, and most are asked for now and then.
 * @param size of a smaller month, of which the console makes its sample data
 */
export function furnitureMonth(seed = SEED, size = WHOLE): Month {
  const random = new Random(seed);
  const articles = random.shuffled(catalogue).slice(0, size.articles);
  const sellers = articles.map((article, rank) => ({
    ...article,
    popularity: 1 / (rank + 3),
    cover: random.chance(0.14) ? random.between(65, 95) / 100 : random.between(106, 150) / 100,
  }));
  const lines = orderLines(random, sellers, size.lines);
  const batches = purchases(random, sellers, lines, size.batches);
  return { batches, lines, incidents: incidents(sellers, batches, size.lines) };
}

function orderLines(random: Random, sellers: readonly Seller[], count: number): OrderLine[] {
  const lines: OrderLine[] = [];
  for (let order = 1; lines.length < count; order += 1) {
    const orderId = `SO-2026-${String(order).padStart(5, '0')}`;
    const wholesale = random.chance(0.004);
    const articles = new Set<Article>();
    for (let wanted = random.pick([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6]); wanted > 0; wanted -= 1) {
      const isOld = random.chance(0.001);
      articles.add(isOld ? random.pick(discontinued) : random.weighted(sellers, byPopularity));
    }
    for (const { sku, habit } of articles) {
      lines.push({ orderId, sku, quantity: unitsOf(random, habit, wholesale) });
    }

    // A client that got no answer asks again; now and then somebody has changed the order in between.
    const recent = lines.slice(-150);
    if (random.chance(0.025)) lines.push(random.pick(recent));
    if (random.chance(0.001)) {
      const line = random.pick(recent);
      lines.push({ ...line, quantity: line.quantity + 1 });
    }
  }
  return lines.slice(0, count);
}

function unitsOf(random: Random, habit: Habit, wholesale: boolean): number {
  if (wholesale) return habit === 'one' ? random.between(6, 12) : 12 * random.between(1, 4);
  switch (habit) {
    case 'one':
      return random.pick([1, 1, 1, 1, 1, 1, 2]);
    case 'few':
      return random.pick([1, 1, 1, 2, 2, 2, 3, 4]);
    case 'set':
      return random.pick([4, 4, 4, 5, 6, 6, 6, 8]);
  }
}

function purchases(
  random: Random,
  sellers: readonly Seller[],
  lines: readonly OrderLine[],
  count: number,
): Batch[] {
  const demand = new Map<string, number>();
  for (const { sku, quantity } of lines) tally(demand, sku, quantity);

  const bought: readonly Seller[] = [
    ...sellers,
    ...Array.from({ length: count - sellers.length }, () => random.weighted(sellers, byPopularity)),
  ];
  const batchesOf = new Map<string, number>();
  for (const { sku } of bought) tally(batchesOf, sku);

  const batches = bought.map(({ sku, cover }) => {
    const units = ((demand.get(sku) ?? 0) * cover) / (batchesOf.get(sku) ?? 1);
    return {
      sku,
      quantity: Math.max(1, Math.round((units * random.between(70, 130)) / 100)),
      // Shipments come on a Tuesday to Friday of the next eight weeks.
      eta: random.chance(0.45) ? null : shipmentDay(random.between(0, 7), random.between(1, 4)),
    };
  });
  // Purchase orders are numbered as they were written: what is on hand was ordered first.
  return random
    .shuffled(batches)
    .sort((a, b) => compareBytes(a.eta ?? '', b.eta ?? ''))
    .map((batch, at) => ({ reference: `PO-2026-${String(at + 101).padStart(4, '0')}`, ...batch }));
}

/** Two batches turn out smaller than they were, when much of them is already promised; a shipment is late. */
function incidents(sellers: readonly Seller[], batches: readonly Batch[], lines: number): Incident[] {
  const mostPopular = (planned: 'well' | 'badly', stock: 'on hand' | 'inbound'): Batch => {
    const skus = sellers.filter(({ cover }) => cover > 1 === (planned === 'well')).map(({ sku }) => sku);
    const candidates = batches.filter(({ eta }) => (eta === null) === (stock === 'on hand'));
    for (const sku of skus) {
      const batch = candidates.find((candidate) => candidate.sku === sku);
      if (batch) return batch;
    }
    throw new Error('This seed gives no batch that an incident could befall.');
  };
  const shrunk = ({ reference, quantity }: Batch, part: number) => {
    return { reference, quantity: Math.floor(quantity * part), eta: null };
  };
  const { reference } = mostPopular('well', 'inbound');
  return [
    { afterLine: 0.4 * lines, ...shrunk(mostPopular('well', 'on hand'), 1 / 3) },
    { afterLine: 0.6 * lines, reference, quantity: null, eta: shipmentDay(8, 2) },
    { afterLine: 0.8 * lines, ...shrunk(mostPopular('badly', 'on hand'), 1 / 2) },
  ];
}

/** Weeks and days are counted from Monday, 2 November 2026. */
function shipmentDay(week: number, weekday: number): string {
  const days = 7 * week + weekday;
  return new Date(MONTH_START + days * 86_400_000).toISOString().slice(0, 10);
}
