import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Steps } from '../../kernel/domain/steps.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Product } from '../domain/product.js';
import { Stock } from '../domain/stock.js';

/**
 * Change the quantity of a batch by a difference, since units of it may have left. Lines that no longer fit are reallocated
 * or deallocated (rule 6).
 */
export class ChangeQuantity extends Command<void> {
  /**
   * @param by units, negative if there are fewer
   * @param movesUnits false: only what was bought is corrected, and what is there stays
   */
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly by: number,
    readonly movesUnits = true,
  ) {
    super();
  }
}

@CommandHandler(ChangeQuantity)
export class ChangeQuantityHandler implements ICommandHandler<ChangeQuantity> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute(command: ChangeQuantity) {
    const { sku, batchReference, by, movesUnits } = command;
    const need = { sku, batchReference, ...(movesUnits && { resize: { by }, frees: Math.max(by, 0) }) };
    await this.unitOfWork.change(this.stock.products, need, (product) => changeQuantity(product, command));
  }
}

/** What it does, also in a simulation. */
export function* changeQuantity(product: Product, { batchReference, by, movesUnits }: ChangeQuantity): Steps {
  if (movesUnits) yield* product.supply.changeQuantityBy(batchReference, by);
  else product.warehouse.correctPurchase(batchReference, by);
}
