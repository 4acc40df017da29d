import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { QueryBatcher } from '../../kernel/queries/query-batcher.js';
import { UnknownProduct } from '../domain/unknown-product.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';
import { BATCH_RANK } from './batch-rank.js';
import { CLOCK, ENDED_HOLDS } from './ended-holds.js';

export interface AvailabilityAnswer {
  readonly sku: string;
  readonly version: number;
  /** Units available now, also of a batch of which others are still to come. */
  readonly onHand: number;
  /** Units available by date. */
  readonly inbound: readonly (Dates & { readonly eta: string; readonly available: number })[];
  /** The batch that a line of the given quantity would get now, and when it would give the units. */
  readonly promise: (Dates & { readonly batchReference: string }) | null;
}

interface Promised {
  readonly batchReference: string;
  readonly eta: string | null;
}

/** The units of a product that can be promised, by date; with a quantity, also from which batch. */
export class FindAvailability extends Query<AvailabilityAnswer> {
  constructor(
    readonly sku: string,
    readonly quantity: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(FindAvailability)
export class FindAvailabilityHandler implements IQueryHandler<FindAvailability> {
  readonly #asked: QueryBatcher<FindAvailability, AvailabilityAnswer>;

  constructor(dataSource: DataSource, calendar: Calendar) {
    this.#asked = new QueryBatcher((questions) => findAll(dataSource, calendar, questions), nameOf);
  }

  /** @throws {UnknownProduct} */
  async execute(question: FindAvailability) {
    const availability = await this.#asked.load(question);
    if (!availability) throw new UnknownProduct(question.sku);
    return availability;
  }
}

const nameOf = ({ sku, quantity }: FindAvailability) => `${quantity ?? ''} ${sku}`;

type Standing = Omit<AvailabilityAnswer, 'inbound' | 'promise'> & {
  readonly place: number;
  readonly inbound: readonly { readonly eta: string; readonly available: number }[];
  /** By quantity. */
  readonly promises: Readonly<Record<string, Promised | null>>;
};

/**
 * One statement, so that the sums, the promise and the version belong to the same moment. It reads the batches of a SKU
 * once, however many quantities are asked for: there may be thousands of batches.
 */
async function findAll(
  dataSource: DataSource,
  calendar: Calendar,
  questions: readonly FindAvailability[],
): Promise<Map<number, AvailabilityAnswer>> {
  const quantities = new Map<string, number[]>();
  for (const { sku, quantity } of questions) {
    const its = quantities.get(sku) ?? [];
    quantities.set(sku, quantity === undefined ? its : [...its, quantity]);
  }
  const { today } = calendar;
  const rows = await dataSource.query<Standing[]>(
    `with ${CLOCK}
     select place, sku, version, answer.*
       from unnest($1::text[], $2::json[]) with ordinality as asked (sku, quantities, place)
       join allocation.product using (sku)
      cross join lateral (
            with ended as materialized (${ENDED_HOLDS}
            ), open as (
              select reference, eta, rank, lot, usable_until, quantity - allocated + coalesce(units, 0) as available,
                     greatest(received - allocated + coalesce(units, 0), 0) as come
                from allocation.batch left join ended using (reference)
               where batch.sku = product.sku and is_open
               union all
              select reference, eta, ${BATCH_RANK}, lot, usable_until, units, greatest(received - allocated + units, 0)
                from ended join allocation.batch using (reference) where not is_open
            ), offer as (
              select reference, eta, rank, available, rest
                from (select reference, eta, rank, lot, usable_until, available,
                             case when eta is null then available else available - come end as rest
                        from open
                       union all
                      select reference, null, rank, lot, usable_until, come, come from open where eta is not null and come > 0) as offer
               where lot is null or usable_until >= greatest(eta, $3::date)
            ), by_date as (
              select eta, sum(rest) as available from offer where eta is not null and rest > 0 group by eta
            )
            select coalesce((select sum(rest) from offer where eta is null), 0)::bigint as "onHand",
                   coalesce((select json_agg(by_date order by eta) from by_date), '[]') as inbound,
                   (select coalesce(json_object_agg(units, (
                             select json_build_object('batchReference', reference, 'eta', eta)
                               from offer where available >= units::bigint
                              order by eta nulls first, coalesce(rank, 0), reference limit 1)), '{}')
                      from json_array_elements_text(asked.quantities) as wanted (units)) as promises) as answer`,
    [[...quantities.keys()], [...quantities.values()].map((its) => JSON.stringify(its)), today],
  );
  const standings = new Map(
    rows.map(({ place: _, inbound, ...standing }) => [
      standing.sku,
      {
        ...standing,
        inbound: inbound.map((units) => ({
          ...units,
          ...datesOf(units.eta, today),
          eta: units.eta,
        })),
      },
    ]),
  );
  return new Map(
    questions.flatMap(({ sku, quantity }, place) => {
      const standing = standings.get(sku);
      if (standing === undefined) return [];
      const { promises, ...answer } = standing;
      const promised = quantity === undefined ? undefined : promises[quantity];
      const promise = promised ? { ...promised, ...datesOf(promised.eta, today) } : null;
      return [[place, { ...answer, promise }] as const];
    }),
  );
}
