import { furnitureMonth, MONTH_START, type Batch, type Incident } from '../../../../../examples/month.js';
import { planOf, type Arrival, type Day, type PlannedOrder } from '../../../../../examples/plan.js';
import { PREFIX } from './prefix.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const SEED = 553;
const SIZE = { articles: 40, batches: 64, lines: 700 };
/** The month began so many weeks ago: what was due since then has come. */
const WEEKS_AGO = 2;
/** Orders of the last steps are not packed yet. */
const PACKED_STEPS = 8;
/** The longest hold. */
const HOLD_SECONDS = 14_400;
const CHANNELS = ['web', 'web', 'web', 'stores', 'marketplace'] as const;

type Row = Readonly<Record<string, unknown>>;

/** Two days: fewer calls take less time. */
export interface SampleStep {
  /** Rows of `POST /v1/bulk/orders`. */
  readonly orders: readonly Row[];
  /** Holds that are confirmed. */
  readonly confirmed: readonly string[];
  readonly incidents: readonly Incident[];
  /** Rows of `POST /v1/bulk/receipts`. */
  readonly receipts: readonly Row[];
  /** Whether what is on hand leaves at the end. */
  readonly isPacked: boolean;
}

export interface SampleMonth {
  /** Rows of `POST /v1/bulk/batches`. */
  readonly batches: readonly Row[];
  readonly steps: readonly SampleStep[];
}

/**
 * A furniture retailer's month in little, around today.
 * @param today `YYYY-MM-DD`
 * @param run is in the codes of batches, orders and documents, so that the month can be played again after it was cleared
 */
export function sampleMonth(today: string, run: string): SampleMonth {
  const month = furnitureMonth(SEED, SIZE);
  const shift = Date.parse(today) - daysAfterMonday(today) * DAY_MS - 7 * WEEKS_AGO * DAY_MS - MONTH_START;
  const moved = (eta: string) => new Date(Date.parse(eta) + shift).toISOString().slice(0, 10);
  const code = (of: string) => of.replace(/^(PO|SO)-2026-/, `${PREFIX}$1-${run}-`);
  const happens = new Set(month.incidents.map(({ reference }) => reference));
  const isDue = ({ eta, reference }: Batch) => eta !== null && moved(eta) <= today && !happens.has(reference);
  const due = new Set(month.batches.filter(isDue).map(({ reference }) => reference));

  const batches = month.batches.map(({ reference, sku, quantity, eta }) => ({
    reference: code(reference),
    sku: PREFIX + sku,
    quantity,
    supplier: supplierOf(sku),
    // What was due earlier comes today.
    ...(eta !== null && { eta: moved(eta) < today ? today : moved(eta) }),
  }));
  const steps = inPairs(planOf(month, SEED)).map(({ orders, incidents, arrivals }, step) => ({
    orders: orders.map((order, at) => orderRow(order, code, CHANNELS[at % CHANNELS.length]!)),
    confirmed: orders.filter(({ kind }) => kind === 'confirmed').map(({ orderId }) => code(orderId)),
    incidents: incidents.map(({ reference, eta, ...rest }) => ({
      ...rest,
      reference: code(reference),
      eta: eta && moved(eta),
    })),
    receipts: arrivals.filter(({ reference }) => due.has(reference)).map((each) => receiptRow(each, code)),
    isPacked: step < PACKED_STEPS,
  }));
  return { batches, steps };
}

function inPairs(days: readonly Day[]): Day[] {
  const pairs: Day[] = [];
  for (let at = 0; at < days.length; at += 2) {
    const two = days.slice(at, at + 2);
    pairs.push({
      orders: two.flatMap(({ orders }) => orders),
      incidents: two.flatMap(({ incidents }) => incidents),
      arrivals: two.flatMap(({ arrivals }) => arrivals),
    });
  }
  return pairs;
}

/** Monday is 0. */
const daysAfterMonday = (day: string): number => (new Date(day).getUTCDay() + 6) % 7;

/** The first word of a SKU is what the article is made of. */
function supplierOf(sku: string): string {
  const [material] = sku.split('-');
  if (['OAK', 'WALNUT', 'ASH', 'PINE'].includes(material!)) return 'Sample Joinery';
  if (['LINEN', 'VELVET', 'LEATHER', 'WOOL', 'JUTE'].includes(material!)) return 'Sample Textiles';
  return 'Sample Metalworks';
}

function orderRow(
  { orderId, lines, whenShort, kind }: PlannedOrder,
  code: (of: string) => string,
  channel: string,
): Row {
  return {
    orderId: code(orderId),
    lines: lines.map(({ sku, quantity }) => ({ sku: PREFIX + sku, quantity })),
    channel,
    whenShort: whenShort === 'skip' ? 'backorder' : 'refuse',
    ...(kind !== 'firm' && { expiresInSeconds: HOLD_SECONDS }),
  };
}

function receiptRow(
  { receiptId, reference, quantity, rejected, isFinal }: Arrival,
  code: (of: string) => string,
): Row {
  return {
    receiptId: code(receiptId),
    batchReference: code(reference),
    quantity,
    rejected,
    final: isFinal,
  };
}
