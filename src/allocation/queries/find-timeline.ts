import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { CLOCK, ENDED_HOLDS } from './ended-holds.js';
import { ON_HAND } from './on-hand.js';
import { UnknownProduct } from '../domain/unknown-product.js';

/** What comes on one day, what of it is claimed, and what is left. */
export interface TimelineRow {
  /** `YYYY-MM-DD`; null: on hand or, if `overdue`, nobody knows when. */
  readonly date: string | null;
  /** Whether these units should have come, and have not. */
  readonly overdue: boolean;
  /** Units that come on that day; in the first row those on hand. */
  readonly receipts: number;
  /** Of these, the units that lines claim. */
  readonly claims: number;
  /** What is left of them. */
  readonly available: number;
  /** What is left of all rows up to this one. */
  readonly cumulative: number;
}

export interface TimelineAnswer {
  readonly sku: string;
  readonly version: number;
  readonly items: readonly TimelineRow[];
}

/**
 * The units of a product by date: on hand first, then one row for each date, and last, in one row, the units that are
 * overdue. What has come of a batch is on hand, also if others of it are still to come, and lines have it first.
 */
export class FindTimeline extends Query<TimelineAnswer> {
  /** @param until the last day that is shown, `YYYY-MM-DD`; undefined: all */
  constructor(
    readonly sku: string,
    readonly until: string | undefined,
  ) {
    super();
  }
}

interface Row {
  readonly version: number;
  readonly dates: readonly Pick<TimelineRow, 'date' | 'receipts' | 'claims'>[] | null;
}

/** One statement reads the batches once: there may be thousands. Exported for the test that explains it. */
export const TIMELINE = `
  with ${CLOCK}
  select version, by_date.dates
    from allocation.product
   cross join lateral (
         with ended as materialized (${ENDED_HOLDS}
         ), stock as (
           select eta, quantity, ${ON_HAND} as here, allocated - coalesce(units, 0) as claimed
             from allocation.batch left join ended using (reference)
            where batch.sku = product.sku and quantity > 0
         ), part as (
           select null::date as date, here as receipts, least(claimed, here) as claims from stock where here > 0
            union all
           select eta, quantity - here, claimed - least(claimed, here) from stock where quantity > here
         )
         select json_agg(json_build_object('date', date, 'receipts', receipts, 'claims', claims)
                         order by date nulls first) as dates
           from (select date, sum(receipts)::bigint as receipts, sum(claims)::bigint as claims
                   from part group by date) as summed) as by_date
   where sku = $1`;

@QueryHandler(FindTimeline)
export class FindTimelineHandler implements IQueryHandler<FindTimeline> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {}

  /** @throws {UnknownProduct} */
  async execute({ sku, until }: FindTimeline) {
    const [row] = await this.dataSource.query<Row[]>(TIMELINE, [sku]);
    if (!row) throw new UnknownProduct(sku);
    return { sku, version: row.version, items: toItems(row.dates ?? [], this.calendar.today, until) };
  }
}

function toItems(dates: NonNullable<Row['dates']>, today: string, until: string | undefined): TimelineRow[] {
  const onHand = sumOf(dates.filter(({ date }) => date === null));
  const inTime = dates.filter(({ date }) => date !== null && date >= today && !(until && date > until));
  const late = dates.filter(({ date }) => date !== null && date < today);
  const rows = [
    { ...onHand, date: null, overdue: false },
    ...inTime.map((row) => ({ ...row, overdue: false })),
    ...(late.length > 0 ? [{ ...sumOf(late), date: null, overdue: true }] : []),
  ];
  let cumulative = 0;
  return rows.map(({ date, overdue, receipts, claims }) => {
    const available = receipts - claims;
    cumulative += available;
    return { date, overdue, receipts, claims, available, cumulative };
  });
}

function sumOf(rows: readonly { readonly receipts: number; readonly claims: number }[]) {
  return rows.reduce(
    (sum, { receipts, claims }) => ({ receipts: sum.receipts + receipts, claims: sum.claims + claims }),
    { receipts: 0, claims: 0 },
  );
}
