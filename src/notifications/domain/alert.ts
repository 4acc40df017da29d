import { counted, instant, shown, subjectLine } from './plain-text.js';

/** The most orders that a message names; the rest are counted. */
export const NAMED_ORDERS = 20;

interface About<Kind extends string> {
  readonly kind: Kind;
  readonly sku: string;
}

/**
 * A SKU is short.
 *
 * - `out-of-stock`: it has run short
 * - `still-out-of-stock`: refusals that were counted in the quiet period
 * - `restocked`: stock has come; with the refusals until then
 */
export interface ShortageAlert extends About<'out-of-stock' | 'still-out-of-stock' | 'restocked'> {
  /** Order lines refused since `countedFrom`, and the units that they asked for in all. */
  readonly refusals: number;
  readonly units: number;
  readonly countedFrom: Date;
  /** Units that the largest batch had left at the last refusal. */
  readonly available: number;
  /** When it ran short. */
  readonly shortSince: Date;
}

/** Order lines lost their batch, and no other batch could hold them. */
export interface LostPromisesAlert extends About<'lost-promises'> {
  readonly batchReference: string;
  readonly lines: number;
  readonly units: number;
  /** The first orders, `NAMED_ORDERS` at most. */
  readonly orderIds: readonly string[];
}

/** The `eta` of a batch has passed, it has not arrived, and order lines wait for it. */
export interface OverdueAlert extends About<'overdue'> {
  readonly batchReference: string;
  /** `YYYY-MM-DD` */
  readonly eta: string;
  readonly lines: number;
  readonly units: number;
}

/** A batch comes later than it was to come, and order lines wait for it. */
export interface LateAlert extends About<'late'> {
  readonly batchReference: string;
  /** `YYYY-MM-DD`; null: it counted as on hand. */
  readonly previousEta: string | null;
  /** `YYYY-MM-DD` */
  readonly eta: string;
  readonly lines: number;
  readonly units: number;
  /** The first orders, `NAMED_ORDERS` at most. */
  readonly orderIds: readonly string[];
}

/** What buyers get a mail about. */
export type Alert = ShortageAlert | LostPromisesAlert | OverdueAlert | LateAlert;

export interface Wording {
  readonly subject: string;
  readonly text: string;
}

export function formatAlert(alert: Alert): Wording {
  const { subject, sentences } = draft(alert);
  return { subject: subjectLine(subject), text: sentences.join('\n') };
}

interface Draft {
  readonly subject: string;
  readonly sentences: readonly string[];
}

function draft(alert: Alert): Draft {
  switch (alert.kind) {
    case 'lost-promises':
      return lostPromises(alert);
    case 'overdue':
      return overdue(alert);
    case 'late':
      return late(alert);
    case 'out-of-stock':
    case 'still-out-of-stock':
    case 'restocked':
      return shortage(alert);
  }
}

function shortage(alert: ShortageAlert): Draft {
  const { kind, refusals, units, available } = alert;
  const sku = shown(alert.sku);
  const askedFor = `${counted(units, 'unit was', 'units were')} asked for in all.`;
  const largest = `The largest batch has ${available} available.`;
  const since = instant(alert.countedFrom);
  switch (kind) {
    case 'out-of-stock':
      return {
        subject: `Out of stock: ${sku}`,
        sentences: [`${wereRefused(refusals)} because ${sku} was out of stock: ${askedFor}`, largest],
      };
    case 'still-out-of-stock':
      return {
        subject: `Still out of stock: ${sku}, ${wereRefused(refusals, 'more')}`,
        sentences: [
          `${wereRefused(refusals, 'more')} since ${since} because ${sku} was out of stock: ${askedFor}`,
          largest,
          `It has been short since ${instant(alert.shortSince)}.`,
        ],
      };
    case 'restocked':
      return {
        subject: `Stock has come: ${sku}${refusals > 0 ? `, ${wereRefused(refusals, 'more')} before` : ''}`,
        sentences: [
          `Stock of ${sku} has come; it had been short since ${instant(alert.shortSince)}.`,
          ...(refusals > 0 ? [`${wereRefused(refusals, 'more')} since ${since}: ${askedFor}`] : []),
        ],
      };
  }
}

function lostPromises({ sku, batchReference, lines, units, orderIds }: LostPromisesAlert): Draft {
  const [code, batch] = [shown(sku), shown(batchReference)];
  return {
    subject: `Promises lost: ${counted(lines, 'order')} of ${code}, batch ${batch}`,
    sentences: [
      `${counted(lines, 'order')} lost ${counted(units, 'unit')} of ${code}: batch ${batch} shrank, ` +
        'and no other batch could hold them.',
      ...ordersOf(lines, orderIds, `GET /v1/lost-promises?sku=${encodeURIComponent(sku)}`),
    ],
  };
}

/**
 * The orders by their names, as far as they are known.
 * @param all the call that lists all of them
 */
function ordersOf(lines: number, orderIds: readonly string[], all: string): string[] {
  if (orderIds.length === 0) return [`Its orders: ${all}`];
  const more = lines - orderIds.length;
  const named = orderIds.map(shown).join(', ');
  return [
    lines === 1 ? `Order: ${named}` : `Orders: ${named}${more > 0 ? ` and ${more} more` : ''}`,
    ...(more > 0 ? [`All of them: ${all}`] : []),
  ];
}

function late({ sku, batchReference, previousEta, eta, lines, units, orderIds }: LateAlert): Draft {
  const [code, batch] = [shown(sku), shown(batchReference)];
  return {
    subject: `Late: batch ${batch} of ${code}, now due ${eta}`,
    sentences: [
      previousEta === null
        ? `Batch ${batch} of ${code} counted as on hand, and is now due on ${eta}.`
        : `Batch ${batch} of ${code} was due on ${previousEta}, and is now due on ${eta}.`,
      `${counted(lines, 'order line waits', 'order lines wait')} for ${counted(units, 'unit')} of it.`,
      ...ordersOf(lines, orderIds, `GET /v1/promises?batchReference=${encodeURIComponent(batchReference)}`),
    ],
  };
}

function overdue({ sku, batchReference, eta, lines, units }: OverdueAlert): Draft {
  const [code, batch] = [shown(sku), shown(batchReference)];
  return {
    subject: `Overdue: batch ${batch} of ${code}, due ${eta}`,
    sentences: [
      `Batch ${batch} of ${code} was due on ${eta} and has not arrived.`,
      `${counted(lines, 'order line waits', 'order lines wait')} for ${counted(units, 'unit')} of it.`,
    ],
  };
}

function wereRefused(refusals: number, more?: 'more'): string {
  const lines = refusals === 1 ? 'order line was' : 'order lines were';
  return [refusals, more, lines, 'refused'].filter(Boolean).join(' ');
}
