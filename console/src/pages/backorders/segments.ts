import type { SegmentBody } from '@earmark/client';
import { wholeNumber } from '../../data/whole-number.js';
import { counted, grouped } from '../../ui/numbers.js';

export type Strategy = SegmentBody['strategy'];

/** In the order in which a run works them off. */
export const STRATEGIES: Readonly<Record<Strategy, string>> = {
  win: 'Gets all of its units as early as they can be had, also those of lines that redistribute, fill or lose.',
  gain: 'Keeps at least what it has, and may get more or get it earlier.',
  redistribute: 'Is assigned again, and may gain or lose units.',
  fill: 'Keeps its units unless a line before it needs them, and gets others only if they are left.',
  lose: 'Gives up its units, and gets what nobody before it wanted.',
};

/** A segment as it is typed. What is empty does not select. */
export interface DraftSegment {
  /** Stays with the segment while others come and go. */
  readonly key: number;
  readonly strategy: Strategy;
  readonly channel: string;
  readonly lowest: string;
  readonly highest: string;
  readonly state: '' | 'allocated' | 'backordered';
  /** Separated by commas, blanks or line breaks. */
  readonly orderIds: string;
}

export const MOST_SEGMENTS = 50;
const MOST_ORDERS = 1_000;

let lastKey = 0;
export const emptySegment = (strategy: Strategy, change: Partial<DraftSegment> = {}): DraftSegment => ({
  key: ++lastKey,
  strategy,
  channel: '',
  lowest: '',
  highest: '',
  state: '',
  orderIds: '',
  ...change,
});

/** By field: `segments.0.priority`. */
export type SegmentErrors = Readonly<Record<string, string>>;

const priority = (text: string): number | null => wholeNumber(text, 0, 9);

export function segmentsOf(
  drafts: readonly DraftSegment[],
): { readonly segments: SegmentBody[] } | { readonly errors: SegmentErrors } {
  const errors: Record<string, string> = {};
  const segments = drafts.map((draft, index): SegmentBody => {
    const min = priority(draft.lowest);
    const max = priority(draft.highest);
    const isWrong =
      (draft.lowest.trim() !== '' && min === null) || (draft.highest.trim() !== '' && max === null);
    if (isWrong) errors[`segments.${index}.priority`] = 'Whole numbers from 0 to 9.';
    else if (min !== null && max !== null && min > max)
      errors[`segments.${index}.priority`] = 'The lowest is above the highest.';
    const orderIds = [...new Set(draft.orderIds.split(/[\s,]+/).filter(Boolean))];
    if (orderIds.length > MOST_ORDERS)
      errors[`segments.${index}.orderIds`] = `${grouped(MOST_ORDERS)} orders at most.`;
    const channel = draft.channel.trim();
    return {
      strategy: draft.strategy,
      match: {
        ...(channel !== '' && { channel }),
        ...((min !== null || max !== null) && {
          priority: { ...(min !== null && { min }), ...(max !== null && { max }) },
        }),
        ...(draft.state !== '' && { state: draft.state }),
        ...(orderIds.length > 0 && { orderIds }),
      },
    };
  });
  if (segments.length === 0) errors.segments = 'A run needs at least one segment.';
  return Object.keys(errors).length > 0 ? { errors } : { segments };
}

/** `Orders of web with a priority from 7 that wait`. */
export function selectionInWords({ match }: SegmentBody): string {
  const { channel, priority, state, orderIds } = match;
  const range = [
    priority?.min !== undefined && `from ${priority.min}`,
    priority?.max !== undefined && `up to ${priority.max}`,
  ].filter(Boolean);
  const parts = [
    orderIds && `of ${orderIds.length === 1 ? `order ${orderIds[0]}` : counted(orderIds.length, 'order')}`,
    channel !== undefined && (channel === null ? 'of no channel' : `of channel ${channel}`),
    range.length > 0 && `of priority ${range.join(' ')}`,
    state && (state === 'backordered' ? 'that wait' : 'that have units'),
  ].filter(Boolean);
  return parts.length === 0 ? 'Every line' : `Lines ${parts.join(', ')}`;
}
