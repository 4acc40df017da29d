import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { ListEndedProtections } from '../queries/list-ended-protections.js';

/** Products that are read and changed at a time. */
const PORTION = 256;

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
      // The store serves the queue of each product that it loads.
      const changes = skus.map((sku) =>
        this.unitOfWork.inBulk(() =>
          this.unitOfWork.change(this.stock.products, { sku, units: 0 }, () => undefined),
        ),
      );
      await settleAll(...changes);
    }
  }
}
