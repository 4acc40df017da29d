import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { ListExpiredSkus } from '../queries/list-expired-skus.js';
import { catchUpProducts, PORTION } from './catch-up-products.js';

/**
 * Publish the end of every hold whose time is up. Nobody has to wait for it: a hold ends by the clock, and every change
 * of its product ends it as well (rule 11). Several instances may do this at the same time.
 */
export class EndHolds extends Command<void> {}

@CommandHandler(EndHolds)
export class EndHoldsHandler implements ICommandHandler<EndHolds> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  async execute() {
    for (let found = PORTION; found === PORTION;) {
      const skus = await this.queries.execute(new ListExpiredSkus(PORTION));
      found = skus.length;
      await catchUpProducts(this.unitOfWork, this.stock, skus);
    }
  }
}
