import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { ListOverdueBatches } from '../queries/list-overdue-batches.js';

/** Batches that are read and noted at a time. */
const PORTION = 256;

/**
 * Publish every batch whose `eta` is before `today` (`YYYY-MM-DD`) while lines wait for it, once for each `eta`. Several
 * instances may do this at the same time.
 */
export class NoteOverdueBatches extends Command<void> {
  constructor(readonly today: string) {
    super();
  }
}

@CommandHandler(NoteOverdueBatches)
export class NoteOverdueBatchesHandler implements ICommandHandler<NoteOverdueBatches> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  async execute({ today }: NoteOverdueBatches) {
    for (let found = PORTION; found === PORTION;) {
      const batches = await this.queries.execute(new ListOverdueBatches(today, PORTION));
      found = batches.length;
      const changes = batches.map(({ sku, batchReference }) => {
        const need = { sku, batchReference, units: 0, countsLines: true };
        // The product checks again under the lock: another instance may have noted it in the meantime.
        return this.unitOfWork.inBulk(() =>
          this.unitOfWork.change(this.stock.products, need, (product) =>
            product.supply.noteOverdue(batchReference, today),
          ),
        );
      });
      await settleAll(...changes);
    }
  }
}
