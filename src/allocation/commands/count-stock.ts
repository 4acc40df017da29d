import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock, type ProductNeed } from '../domain/stock.js';
import type { Count, Counted, Written } from '../domain/warehouse.js';
import { FindSkuOfBatch } from '../queries/find-sku-of-batch.js';

/** Units of a batch were counted (rule 15). Safe to repeat under the same id. */
export class CountStock extends Command<Written<Counted> & { readonly sku: string }> {
  constructor(
    readonly countId: string,
    readonly batchReference: string,
    readonly count: Count,
  ) {
    super();
  }
}

@CommandHandler(CountStock)
export class CountStockHandler implements ICommandHandler<CountStock> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  /** @throws {UnknownBatch | BelowZero | TooManyUnits | DocumentConflict} */
  async execute({ countId, batchReference, count }: CountStock) {
    const sku = await this.queries.execute(new FindSkuOfBatch(batchReference));
    const written = await this.unitOfWork.change(
      this.stock.products,
      needOfCount(sku, { countId, batchReference, count }),
      ({ warehouse }) => warehouse.count(countId, batchReference, count),
    );
    return { ...written, sku };
  }
}

/** @param sku of the batch */
export function needOfCount(
  sku: string,
  { countId, batchReference, count: { counted, expected } }: Omit<CountStock, symbol>,
): ProductNeed {
  // What is still to come stays, so that the batch has as many units as were counted, or more.
  const becomes =
    expected === undefined
      ? { newQuantity: counted, frees: counted }
      : { resize: { by: counted - expected }, frees: Math.max(counted - expected, 0) };
  return { sku, batchReference, ...becomes, document: { kind: 'count', id: countId } };
}
