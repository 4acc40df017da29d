import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import type { Written } from '../domain/warehouse.js';
import { FindSkuOfBatch } from '../queries/find-sku-of-batch.js';

/** Units of a batch were found, or are missing. Safe to repeat under the same id. */
export class AdjustStock extends Command<Written<{ readonly onHand: number }> & { readonly sku: string }> {
  /** @param by units; negative if they are missing */
  constructor(
    readonly adjustmentId: string,
    readonly batchReference: string,
    readonly by: number,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(AdjustStock)
export class AdjustStockHandler implements ICommandHandler<AdjustStock> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  /** @throws {UnknownBatch | BelowZero | DocumentConflict} */
  async execute({ adjustmentId, batchReference, by, reason }: AdjustStock) {
    const sku = await this.queries.execute(new FindSkuOfBatch(batchReference));
    const document = { kind: 'adjustment', id: adjustmentId } as const;
    const written = await this.unitOfWork.change(
      this.stock.products,
      { sku, batchReference, resize: { by }, frees: Math.max(by, 0), document },
      ({ warehouse }) => warehouse.adjust(adjustmentId, batchReference, by, reason),
    );
    return { ...written, sku };
  }
}
