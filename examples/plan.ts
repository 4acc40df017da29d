import { Random } from '../testing/random.js';
import { SEED, type Batch, type Incident, type Month, type OrderLine } from './month.js';

/** An order as its customer sends it. */
export interface PlannedOrder {
  readonly orderId: string;
  readonly lines: readonly OrderLine[];
  /** Whether a line that does not fit is left out, or refuses the order. */
  readonly whenShort: 'refuse' | 'skip';
  /** A hold that the customer confirms, one that the customer forgets, or a firm order. */
  readonly kind: 'firm' | 'confirmed' | 'forgotten';
}

/** Goods of a batch that come. */
export interface Arrival {
  readonly receiptId: string;
  readonly reference: string;
  readonly quantity: number;
  readonly rejected: number;
  /** Whether the rest will not come. */
  readonly isFinal: boolean;
}

/** What happens on one working day, in this order. */
export interface Day {
  readonly orders: readonly PlannedOrder[];
  readonly incidents: readonly Incident[];
  readonly arrivals: readonly Arrival[];
}

const DAYS = 20;

/** The month as 20 working days. */
export function planOf(month: Month, seed = SEED): Day[] {
  const random = new Random(seed);
  const orders = ordersOf(month.lines, random);
  const arrivals = arrivalsOf(month.batches, random);
  const perDay = Math.ceil(orders.length / DAYS);
  const lineOf = (day: number) => (day * month.lines.length) / DAYS;
  return Array.from({ length: DAYS }, (_, day) => ({
    orders: orders.slice(day * perDay, (day + 1) * perDay),
    incidents: month.incidents.filter(
      ({ afterLine }) => afterLine >= lineOf(day) && afterLine < lineOf(day + 1),
    ),
    arrivals: arrivals.filter((arrival) => arrival.day === day),
  }));
}

/** Lines of one order that follow each other are one order; a line that comes back later asks for the order again. */
function ordersOf(lines: readonly OrderLine[], random: Random): PlannedOrder[] {
  const orders: PlannedOrder[] = [];
  const byId = new Map<string, PlannedOrder>();
  let open: OrderLine[] = [];
  const close = () => {
    const [first] = open;
    if (!first) return;
    const kind = random.chance(0.1) ? (random.chance(1 / 3) ? 'forgotten' : 'confirmed') : 'firm';
    const whenShort = random.chance(0.5) ? 'skip' : 'refuse';
    const order: PlannedOrder = { orderId: first.orderId, lines: open, whenShort, kind };
    orders.push(order);
    byId.set(order.orderId, order);
    open = [];
  };
  const again = (line: OrderLine) => {
    const before = byId.get(line.orderId)!;
    orders.push({ ...before, lines: before.lines.map((each) => (each.sku === line.sku ? line : each)) });
  };
  for (const line of lines) {
    if (byId.has(line.orderId)) {
      again(line);
      continue;
    }
    if (open[0]?.orderId !== line.orderId) close();
    if (open.some(({ sku }) => sku === line.sku)) {
      close();
      again(line);
    } else open.push(line);
  }
  close();
  return orders;
}

/** Most of what is on its way comes within the month: some of it in two parts, a little of it broken, or too little. */
function arrivalsOf(batches: readonly Batch[], random: Random): (Arrival & { readonly day: number })[] {
  const inbound = batches.filter(({ eta }) => eta !== null);
  return inbound.flatMap(({ reference, quantity }, at) => {
    const day = Math.floor((at / inbound.length) * DAYS * 1.2);
    const rejected = random.chance(0.05) ? Math.min(random.between(1, 2), quantity - 1) : 0;
    const isShort = random.chance(0.03);
    const good = Math.max(quantity - rejected - (isShort ? random.between(1, 3) : 0), 0);
    const last = { receiptId: `${reference}-in`, reference, rejected, isFinal: isShort };
    if (!random.chance(0.4) || good < 2) return [{ ...last, day, quantity: good }];
    const first = Math.ceil(good / 2);
    return [
      { receiptId: `${reference}-in-1`, reference, day, quantity: first, rejected: 0, isFinal: false },
      { ...last, day: day + 1, quantity: good - first },
    ];
  });
}
