import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { ListEndedProtections } from '../queries/list-ended-protections.js';
import { catchUpProducts, PORTION } from './catch-up-products.js';

/**
 * Give units that were protected until a day before `today` (`YYYY-MM-DD`) to the lines that wait for them (rule 12). No
 * new order can overtake these meanwhile: every change of a product serves them first. Several instances may do this at
 * the same time.
 */
export class EndProtections extends Command<void> {
  constructor(readonly today: string) {
    super();
  }
}

@CommandHandler(EndProtections)
export class EndProtectionsHandler implements ICommandHandler<EndProtections> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  async execute({ today }: EndProtections) {
    let after: string | null = null;
    for (let found = PORTION; found === PORTION;) {
      const skus: readonly string[] = await this.queries.execute(
        new ListEndedProtections(today, after, PORTION),
      );
      found = skus.length;
      after = skus.at(-1) ?? null;
      await catchUpProducts(this.unitOfWork, this.stock, skus);
    }
  }
}
