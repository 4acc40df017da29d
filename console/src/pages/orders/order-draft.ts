import type { OrderBody, PutOrderBody } from '@earmark/client';
import { wholeNumber } from '../../data/whole-number.js';

export type WhenShort = NonNullable<PutOrderBody['whenShort']>;

/** A line as it is typed. */
export interface DraftLine {
  /** Stays with the line while others come and go. */
  readonly key: number;
  readonly sku: string;
  readonly quantity: string;
  /** `YYYY-MM-DD`, or empty: any day. */
  readonly neededBy: string;
  readonly split: boolean;
}

/** An order as it is typed. */
export interface OrderDraft {
  readonly orderId: string;
  readonly lines: readonly DraftLine[];
  readonly whenShort: WhenShort;
  /** Empty: the order is firm. */
  readonly holdMinutes: string;
  readonly priority: string;
  readonly channel: string;
  readonly shipComplete: boolean;
  /** Not typed, and kept as they are. */
  readonly locations: readonly string[] | null;
}

/** By field, named as the service names it: `lines.0.sku`. */
export type FieldErrors = Readonly<Record<string, string>>;

export const MOST_LINES = 100;
/** The service lets no hold be longer. */
export const MOST_HOLD_MINUTES = 240;

let lastKey = 0;
export const emptyLine = (sku = ''): DraftLine => ({
  key: ++lastKey,
  sku,
  quantity: '1',
  neededBy: '',
  split: false,
});

export const emptyDraft = (sku = ''): OrderDraft => ({
  orderId: '',
  lines: [emptyLine(sku)],
  whenShort: 'refuse',
  holdMinutes: '',
  priority: '5',
  channel: '',
  shipComplete: false,
  locations: null,
});

/** What an order asks for now. What it should do when it is short is not in it, but can be seen from its lines. */
export function draftOf(order: OrderBody, now = Date.now()): OrderDraft {
  const states = new Set(order.lines.map(({ state }) => state));
  const secondsLeft = order.expiresAt === null ? 0 : (Date.parse(order.expiresAt) - now) / 1_000;
  return {
    orderId: order.orderId,
    lines: order.lines.map(({ sku, quantity, neededBy, split }) => ({
      key: ++lastKey,
      sku,
      quantity: String(quantity),
      neededBy: neededBy ?? '',
      split,
    })),
    whenShort: states.has('backordered') ? 'backorder' : states.has('refused') ? 'skip' : 'refuse',
    // Seen from a clock that is slow, a hold would last longer than any may.
    holdMinutes: secondsLeft > 0 ? String(Math.min(MOST_HOLD_MINUTES, Math.ceil(secondsLeft / 60))) : '',
    priority: String(order.priority),
    channel: order.channel ?? '',
    shipComplete: order.shipComplete,
    locations: order.locations,
  };
}

/** The body of the call, or what is wrong with the fields. */
export function bodyOf(
  draft: OrderDraft,
): { readonly body: PutOrderBody } | { readonly errors: FieldErrors } {
  const errors: Record<string, string> = {};
  const seen = new Set<string>();
  const lines = draft.lines.map((line, index) => {
    const sku = line.sku.trim();
    const quantity = wholeNumber(line.quantity, 1);
    if (sku === '') errors[`lines.${index}.sku`] = 'Which SKU?';
    else if (seen.has(sku)) errors[`lines.${index}.sku`] = 'Another line has this SKU already.';
    seen.add(sku);
    if (quantity === null) errors[`lines.${index}.quantity`] = 'A whole number, at least 1.';
    return {
      sku,
      quantity: quantity ?? 0,
      split: line.split,
      ...(line.neededBy !== '' && { neededBy: line.neededBy }),
    };
  });
  if (lines.length === 0) errors.lines = 'An order has at least one line.';
  const isFirm = draft.holdMinutes.trim() === '';
  const minutes = wholeNumber(draft.holdMinutes, 1, MOST_HOLD_MINUTES);
  if (!isFirm && minutes === null) errors.expiresInSeconds = `A whole number from 1 to ${MOST_HOLD_MINUTES}.`;
  const priority = wholeNumber(draft.priority, 0, 9);
  if (priority === null) errors.priority = 'A whole number from 0 to 9.';
  if (Object.keys(errors).length > 0) return { errors };
  const channel = draft.channel.trim();
  return {
    body: {
      lines,
      whenShort: draft.whenShort,
      priority: priority!,
      shipComplete: draft.shipComplete,
      ...(minutes !== null && { expiresInSeconds: minutes * 60 }),
      ...(channel !== '' && { channel }),
      ...(draft.locations !== null && { locations: [...draft.locations] }),
    },
  };
}

/** Whether the order is a hold whose time is up. */
export const isOver = ({ expiresAt }: Pick<OrderBody, 'expiresAt'>, now = Date.now()): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now;

/**
 * The same order again, with a few things changed.
 * @throws an error whose message is for a person if it is a hold that has ended: put again, it would be firm
 */
export function bodyOfOrder(order: OrderBody, change: Partial<PutOrderBody> = {}): PutOrderBody {
  if (isOver(order)) throw new Error(`The hold of order ${order.orderId} has ended in between.`);
  const result = bodyOf(draftOf(order));
  if ('errors' in result) throw new TypeError(Object.values(result.errors).join(' '));
  return { ...result.body, ...change };
}

export const changeLine = (draft: OrderDraft, key: number, change: Partial<DraftLine>): OrderDraft => ({
  ...draft,
  lines: draft.lines.map((line) => (line.key === key ? { ...line, ...change } : line)),
});

/** How the lines of the draft differ from those of the order. */
export interface LineDifference {
  readonly sku: string;
  /** Units; null: it is new. */
  readonly before: number | null;
  /** Units; null: it is removed. */
  readonly after: number | null;
  /** Whether another day, or being split, is asked for. */
  readonly hasOtherTerms: boolean;
}

export function differences(order: OrderBody, { lines }: PutOrderBody): readonly LineDifference[] {
  const wanted = new Map(lines.map((line) => [line.sku, line]));
  const existing = new Map(order.lines.map((line) => [line.sku, line]));
  return [...new Set([...existing.keys(), ...wanted.keys()])].flatMap((sku) => {
    const before = existing.get(sku);
    const after = wanted.get(sku);
    const hasOtherTerms =
      before !== undefined &&
      after !== undefined &&
      (before.neededBy !== (after.neededBy ?? null) || before.split !== (after.split ?? false));
    if (before?.quantity === after?.quantity && !hasOtherTerms) return [];
    return [{ sku, before: before?.quantity ?? null, after: after?.quantity ?? null, hasOtherTerms }];
  });
}
