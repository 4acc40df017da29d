import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';

/** A batch as its registration says. */
export interface NewBatch {
  readonly batchReference: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** A batch was registered: promise its units from now on (rule 9). */
export class AddBatch extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batch: NewBatch,
  ) {
    super();
  }
}

@CommandHandler(AddBatch)
export class AddBatchHandler implements ICommandHandler<AddBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute({ sku, batch: { batchReference, quantity, eta } }: AddBatch) {
    await this.unitOfWork.change(this.stock.products, { sku, batchReference, units: 0 }, (product) =>
      product.addBatch({ reference: batchReference, quantity, eta }),
    );
  }
}
