const DAY_MS = 24 * 60 * 60 * 1_000;
/** More days than this are shown by week. */
const MOST_DAYS = 42;
/** If there are more weeks than this, e.g. because a date is wrong, those in which nothing comes are left out. */
const MOST_WEEKS = 106;

interface Inbound {
  readonly eta: string | null;
  readonly overdue: boolean;
  readonly inbound: number;
  readonly available: number;
  readonly onHand: number;
  readonly claimed: number;
}

/** What comes on one day or in one week. */
export interface Arrival {
  /** Its first day; null: it is overdue, and nobody knows when it comes. */
  readonly date: string | null;
  readonly units: number;
  /** Units of these that nobody claims. */
  readonly free: number;
  readonly batches: number;
}

export interface Arrivals {
  readonly by: 'day' | 'week';
  /** Those that are overdue first, then every day or week up to the last one, most often also those on which nothing comes. */
  readonly items: readonly Arrival[];
}

/** The units that are still to come, by the day on which they are due, or by week if that is a long time. */
export function arrivalsOf(batches: readonly Inbound[]): Arrivals {
  const inbound = batches.filter(({ inbound, eta }) => inbound > 0 && eta !== null);
  const late = inbound.filter(({ overdue }) => overdue);
  const due = inbound.filter(({ overdue }) => !overdue);
  const days = due.map(({ eta }) => dayOf(eta!));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const by = last - first >= MOST_DAYS ? 'week' : 'day';
  const length = by === 'week' ? 7 : 1;
  // Weeks begin on Monday; the first of January 1970 was a Thursday.
  const start = by === 'week' ? first - ((first + 3) % 7) : first;
  const bySlot = new Map<number, Inbound[]>();
  for (const batch of due) {
    const slot = Math.floor((dayOf(batch.eta!) - start) / length);
    const of = bySlot.get(slot);
    if (of) of.push(batch);
    else bySlot.set(slot, [batch]);
  }
  const slots = due.length === 0 ? 0 : Math.floor((last - start) / length) + 1;
  const shown =
    slots > MOST_WEEKS
      ? [...bySlot.keys()].toSorted((one, other) => one - other)
      : Array.from({ length: slots }, (_, slot) => slot);
  return {
    by,
    items: [
      ...(late.length > 0 ? [sumOf(late, null)] : []),
      ...shown.map((slot) =>
        sumOf(bySlot.get(slot) ?? [], new Date((start + slot * length) * DAY_MS).toISOString().slice(0, 10)),
      ),
    ],
  };
}

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

const sumOf = (batches: readonly Inbound[], date: string | null): Arrival => ({
  date,
  units: batches.reduce((sum, { inbound }) => sum + inbound, 0),
  // Lines have what has come of a batch first.
  free: batches.reduce(
    (sum, { available, onHand, claimed }) =>
      sum + available - Math.min(available, Math.max(0, onHand - claimed)),
    0,
  ),
  batches: batches.length,
});
