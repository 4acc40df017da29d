import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
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
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {UnknownProduct} */
  async execute({ sku, quantity }: FindAvailability) {
    // One statement, so that the sums, the promise and the version are of the same moment.
    const [availability] = await this.dataSource.query<AvailabilityAnswer[]>(
      `with open as (
         select reference, eta, quantity - allocated as available
           from allocation.batch where sku = $1 and is_open
       ), by_date as (
         select eta, sum(available) as available from open where eta is not null group by eta
       )
       select sku, version,
              coalesce((select sum(available) from open where eta is null), 0)::bigint as "onHand",
              coalesce((select json_agg(by_date order by eta) from by_date), '[]') as inbound,
              (select json_build_object('batchReference', reference, 'eta', eta)
                 from open where available >= $2::bigint
                order by eta nulls first, reference limit 1) as promise
         from allocation.product where sku = $1`,
      [sku, quantity ?? null],
    );
    if (!availability) throw new UnknownProduct(sku);
    return availability;
  }
}
