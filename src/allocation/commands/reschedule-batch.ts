import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';

/** Change the date of a batch (`YYYY-MM-DD`), or note that it has arrived (null): its lines show it (rule 7). */
export class RescheduleBatch extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly eta: string | null,
  ) {
    super();
  }
}

@CommandHandler(RescheduleBatch)
export class RescheduleBatchHandler implements ICommandHandler<RescheduleBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute({ sku, batchReference, eta }: RescheduleBatch) {
    const need = { sku, batchReference, countsLines: true };
    await this.unitOfWork.change(this.stock.products, need, (product) =>
      product.reschedule(batchReference, eta),
    );
  }
}
