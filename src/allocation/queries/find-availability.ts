import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { AskedTogether, byPlace } from '../../shared/queries/asked-together.js';
import { UnknownProduct } from './unknown-product.js';

export interface AvailabilityAnswer {
  readonly sku: string;
  readonly version: number;
  /** Units available now. */
  readonly onHand: number;
  /** Units available by date. */
  readonly inbound: readonly { readonly eta: string; readonly available: number }[];
  /** The batch that a line of the quantity asked about would be given now. */
  readonly promise: { readonly batchReference: string; readonly eta: string | null } | null;
}

/** What could be promised of a product, by date; with a quantity, also from which batch. */
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
  readonly #asked: AskedTogether<FindAvailability, AvailabilityAnswer>;

  constructor(dataSource: DataSource) {
    this.#asked = new AskedTogether((questions) => findAll(dataSource, questions));
  }

  /** @throws {UnknownProduct} */
  async execute(question: FindAvailability) {
    const availability = await this.#asked.ask(question);
    if (!availability) throw new UnknownProduct(question.sku);
    return availability;
  }
}

/** One statement, so that the sums, the promise and the version are of the same moment. */
async function findAll(dataSource: DataSource, questions: readonly FindAvailability[]) {
  const rows = await dataSource.query<(AvailabilityAnswer & { place: number })[]>(
    `select place, sku, version, answer.*
       from unnest($1::text[], $2::bigint[]) with ordinality as asked (sku, units, place)
       join allocation.product using (sku)
      cross join lateral (
            with open as (
              select reference, eta, quantity - allocated as available
                from allocation.batch where batch.sku = product.sku and is_open
            ), by_date as (
              select eta, sum(available) as available from open where eta is not null group by eta
            )
            select coalesce((select sum(available) from open where eta is null), 0)::bigint as "onHand",
                   coalesce((select json_agg(by_date order by eta) from by_date), '[]') as inbound,
                   (select json_build_object('batchReference', reference, 'eta', eta)
                      from open where available >= asked.units
                     order by eta nulls first, reference limit 1) as promise) as answer`,
    [questions.map(({ sku }) => sku), questions.map(({ quantity }) => quantity ?? null)],
  );
  return byPlace(rows);
}
