import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import type { DomainError } from '../../kernel/domain/errors.js';
import {
  BatchElsewhere,
  BatchOfOtherSku,
  NoBatch,
  NothingNamed,
  SeveralBatches,
} from '../domain/count-errors.js';
import { UnknownBatch } from '../domain/warehouse-errors.js';
import { LOCATION, ON_HAND } from './on-hand.js';

/** How a count names its batch: by its reference, or by its SKU if there is no other batch of it. */
export interface CountedBy {
  readonly batchReference?: string | undefined;
  readonly sku?: string | undefined;
}

export interface CountedBatch {
  readonly batchReference: string;
  readonly sku: string;
}

/** Which batches of a location are counted, or why that cannot be said, for each of the names in their order. */
export class FindCountedBatches extends Query<readonly (CountedBatch | DomainError)[]> {
  constructor(
    readonly location: string,
    readonly names: readonly CountedBy[],
  ) {
    super();
  }
}

type Batch = CountedBatch & { readonly location: string };

/** The batches of a SKU at the location. */
interface OfSku {
  readonly sku: string;
  /** Those with units on hand, or all if none has any. */
  readonly batches: number;
  readonly batchReference: string;
}

@QueryHandler(FindCountedBatches)
export class FindCountedBatchesHandler implements IQueryHandler<FindCountedBatches> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ location, names }: FindCountedBatches) {
    const references = names.flatMap(({ batchReference }) => batchReference ?? []);
    const skus = names.flatMap(({ batchReference, sku }) =>
      batchReference === undefined ? (sku ?? []) : [],
    );
    const [batches, ofSkus] = await Promise.all([
      references.length > 0 ? this.dataSource.query<Batch[]>(BATCHES, [references]) : [],
      skus.length > 0 ? this.dataSource.query<OfSku[]>(OF_SKUS, [skus, location]) : [],
    ]);
    const byReference = new Map(batches.map((batch) => [batch.batchReference, batch]));
    const bySku = new Map(ofSkus.map((each) => [each.sku, each]));
    return names.map(({ batchReference, sku }) => {
      if (batchReference !== undefined)
        return found(batchReference, sku, location, byReference.get(batchReference));
      return sku === undefined ? new NothingNamed() : foundBySku(sku, location, bySku.get(sku));
    });
  }
}

function found(
  batchReference: string,
  named: string | undefined,
  location: string,
  batch: Batch | undefined,
): CountedBatch | DomainError {
  if (!batch) return new UnknownBatch(batchReference);
  const { sku } = batch;
  if (named !== undefined && named !== sku) return new BatchOfOtherSku(batchReference, sku, named);
  if (batch.location !== location) return new BatchElsewhere(batchReference, batch.location, location);
  return { batchReference, sku };
}

function foundBySku(sku: string, location: string, ofSku: OfSku | undefined): CountedBatch | DomainError {
  if (!ofSku) return new NoBatch(sku, location);
  const { batches, batchReference } = ofSku;
  return batches > 1 ? new SeveralBatches(sku, location, batches) : { batchReference, sku };
}

const BATCHES = `
  select reference as "batchReference", sku, ${LOCATION} as location
    from allocation.batch where reference = any($1)`;

const OF_SKUS = `
  select sku, ranked.batches, ranked.reference as "batchReference"
    from (select distinct unnest($1::text[]) collate "C" as sku) as asked
   cross join lateral (
         select count(*) over (partition by has_units) as batches, reference
           from (select reference, ${ON_HAND} > 0 as has_units
                   from allocation.batch where batch.sku = asked.sku and ${LOCATION} = $2) as batch
          order by has_units desc, reference limit 1) as ranked`;
