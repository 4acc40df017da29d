import type { BatchBody } from '@earmark/client';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Weeks that are shown one by one. */
const WEEKS = 8;

export interface InboundWeek {
  /** Its Monday; null: overdue, or later than the weeks that are shown. */
  readonly monday: string | null;
  readonly name: string;
  readonly units: number;
  readonly claimed: number;
  readonly batches: number;
}

type Inbound = Pick<BatchBody, 'eta' | 'inbound' | 'overdue' | 'claimed' | 'onHand'>;

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;
/** 1970 began on a Thursday. */
const mondayOf = (day: number): number => day - ((day + 3) % 7);

/** What is still to come, by the week in which it is due: what is overdue first, then eight weeks, then what is later. */
export function inboundWeeks(batches: readonly Inbound[], today: string): InboundWeek[] {
  const first = mondayOf(dayOf(today));
  const rows = ['Overdue', ...Array.from({ length: WEEKS }, (_, week) => nameOf(week)), 'Later'].map(
    (name, at) => ({
      name,
      monday:
        at === 0 || at > WEEKS ? null : new Date((first + 7 * (at - 1)) * DAY_MS).toISOString().slice(0, 10),
      ...{ units: 0, claimed: 0, batches: 0 },
    }),
  );
  for (const { eta, inbound, overdue, claimed, onHand } of batches) {
    if (eta === null || inbound === 0) continue;
    const week = Math.floor((mondayOf(dayOf(eta)) - first) / 7);
    const row = rows[overdue || week < 0 ? 0 : Math.min(week, WEEKS) + 1]!;
    row.units += inbound;
    row.batches += 1;
    row.claimed += Math.min(Math.max(claimed - onHand, 0), inbound);
  }
  const isFringe = (at: number) => at === 0 || at > WEEKS;
  return rows.filter(({ batches: count }, at) => count > 0 || !isFringe(at));
}

const nameOf = (week: number): string =>
  week === 0 ? 'This week' : week === 1 ? 'Next week' : `In ${week} weeks`;
