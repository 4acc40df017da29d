import type { TimelineRowBody } from '@earmark/client';
import { todayOf } from '../../data/lateness.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface Step {
  /** Days from the reader's today. */
  readonly day: number;
  /** null: on hand. */
  readonly date: string | null;
  readonly receipts: number;
  readonly claims: number;
  readonly cumulative: number;
}

/** The time line as steps to draw: each day at its distance from today; units that are overdue have no day. */
export function stepsOf(rows: readonly TimelineRowBody[], now = Date.now()) {
  const today = Date.parse(todayOf(new Date(now))) / DAY_MS;
  const steps: readonly Step[] = rows
    .filter(({ overdue }) => !overdue)
    .map(({ date, receipts, claims, cumulative }) => ({
      day: date === null ? 0 : Math.max(0, Date.parse(`${date}T00:00:00Z`) / DAY_MS - today),
      date,
      receipts,
      claims,
      cumulative,
    }));
  return {
    steps,
    overdue: rows.find(({ overdue }) => overdue),
    most: Math.max(1, ...steps.flatMap(({ receipts, cumulative }) => [receipts, cumulative])),
    lastDay: Math.ceil((steps.at(-1)?.day ?? 0) * 1.1),
  };
}
