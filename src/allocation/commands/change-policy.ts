import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Policy } from '../domain/policy.js';
import { Stock } from '../domain/stock.js';

/** Sets who gets the units of a product. What was promised before stays promised. Safe to repeat. */
export class ChangePolicy extends Command<void> {
  constructor(
    readonly sku: string,
    readonly policy: Policy,
  ) {
    super();
  }
}

@CommandHandler(ChangePolicy)
export class ChangePolicyHandler implements ICommandHandler<ChangePolicy> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /** @throws {UnknownProduct} if no batch of the SKU was ever registered */
  execute({ sku, policy }: ChangePolicy) {
    return this.unitOfWork.change(this.stock.products, { sku, frees: 0, changesPolicy: true }, (product) =>
      product.changePolicy(policy),
    );
  }
}
