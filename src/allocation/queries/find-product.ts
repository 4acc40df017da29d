import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { QueryBatcher, byOrdinal } from '../../kernel/queries/query-batcher.js';
import type { Lot } from '../domain/lot.js';
import { UnknownProduct } from '../domain/unknown-product.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';
import { BATCH_RANK } from './batch-rank.js';
import { CLOCK, ENDED_HOLDS } from './ended-holds.js';
import { ON_HAND } from './on-hand.js';

/** The most batches that are listed; `more` says whether there are others. */
const MOST_BATCHES = 500;

/** The units of a product, or of one of its batches. */
export interface StockFigures {
  /** Units that have not left: on hand and inbound. */
  readonly quantity: number;
  /** Units that order lines claim: the same as `claimed`. */
  readonly allocated: number;
  readonly available: number;
  /** Units in the warehouse, claimed or not. */
  readonly onHand: number;
  /** Units that are still to come. */
  readonly inbound: number;
  /** Units that have left. */
  readonly shipped: number;
  readonly claimed: number;
  /** Of the claimed units, those of holds. */
  readonly held: number;
}

export interface ProductAnswer extends StockFigures {
  readonly sku: string;
  readonly version: number;
  readonly batches: readonly (StockFigures & Dates & Lot & { readonly reference: string })[];
  readonly more: boolean;
}

/** One product, with its batches in the order of preference, those that all units have left at the end. */
export class FindProduct extends Query<ProductAnswer> {
  constructor(readonly sku: string) {
    super();
  }
}

type BatchRow = Omit<ProductAnswer['batches'][number], 'overdue' | 'expectedDate'>;
type Row = Omit<ProductAnswer, 'batches' | 'more'> & { readonly batches: readonly BatchRow[] | null };

@QueryHandler(FindProduct)
export class FindProductHandler implements IQueryHandler<FindProduct> {
  readonly #asked: QueryBatcher<FindProduct, Row>;

  constructor(
    dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {
    this.#asked = new QueryBatcher(
      (questions) => findAll(dataSource, questions),
      ({ sku }) => sku,
    );
  }

  /** @throws {UnknownProduct} */
  async execute(question: FindProduct) {
    const product = await this.#asked.load(question);
    if (!product) throw new UnknownProduct(question.sku);
    const batches = product.batches ?? [];
    const listed = batches.slice(0, MOST_BATCHES);
    return {
      ...product,
      batches: listed.map((batch) => ({ ...batch, ...datesOf(batch.eta, this.calendar.today) })),
      more: batches.length > MOST_BATCHES,
    };
  }
}

/** One statement, so that the sums, the batches and the version belong to the same moment. */
async function findAll(dataSource: DataSource, questions: readonly FindProduct[]) {
  const rows = await dataSource.query<(Row & { place: number })[]>(
    `with ${CLOCK}
     select place, sku, version, total.*, listed.batches
       from unnest($1::text[]) with ordinality as asked (sku, place)
       join allocation.product using (sku)
      cross join lateral (
            select coalesce(sum(units), 0)::bigint as units, json_object_agg(reference, units) as by_batch
              from (${ENDED_HOLDS}) as ended) as ended
      cross join lateral (
            select coalesce(sum(quantity), 0)::bigint as quantity,
                   coalesce(sum(allocated), 0)::bigint - ended.units as allocated,
                   coalesce(sum(quantity - allocated), 0)::bigint + ended.units as available,
                   coalesce(sum(${ON_HAND}), 0)::bigint as "onHand",
                   coalesce(sum(quantity - ${ON_HAND}), 0)::bigint as inbound,
                   coalesce(sum(shipped), 0)::bigint as shipped,
                   coalesce(sum(allocated), 0)::bigint - ended.units as claimed,
                   coalesce(sum(held), 0)::bigint - ended.units as held
              from allocation.batch where batch.sku = product.sku) as total
      cross join lateral (
            select json_agg(json_build_object(
                     'reference', reference, 'eta', eta, 'quantity', quantity,
                     'allocated', allocated - units, 'available', quantity - allocated + units,
                     'onHand', ${ON_HAND}, 'inbound', quantity - ${ON_HAND}, 'shipped', shipped,
                     'claimed', allocated - units, 'held', held - units,
                     'location', coalesce(lot->>'location', 'main'), 'bestBefore', lot->>'bestBefore',
                     'blocked', coalesce((lot->>'blocked')::boolean, false))) as batches
              from (select *, coalesce((ended.by_batch->>reference)::bigint, 0) as units
                      from allocation.batch where batch.sku = product.sku
                     order by quantity = 0, eta nulls first, ${BATCH_RANK}, reference limit $2) as preferred) as listed`,
    [questions.map(({ sku }) => sku), MOST_BATCHES + 1],
  );
  return byOrdinal(rows);
}
