import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Usability } from '../domain/lot.js';
import { Stock } from '../domain/stock.js';

/** Note until when the units of a batch can be used, and whether they are blocked. Its claims stay. */
export class ChangeLot extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly usability: Usability,
  ) {
    super();
  }
}

@CommandHandler(ChangeLot)
export class ChangeLotHandler implements ICommandHandler<ChangeLot> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute({ sku, batchReference, usability }: ChangeLot) {
    await this.unitOfWork.change(this.stock.products, { sku, batchReference, frees: 0 }, (product) =>
      product.supply.changeLot(batchReference, usability),
    );
  }
}
