import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { together } from '../../shared/domain/together.js';
import { UnitOfWork } from '../../shared/unit-of-work/unit-of-work.js';
import { UnknownOrder } from '../domain/errors.js';
import { Products } from '../domain/products.js';
import { ListSkusOfOrder } from '../queries/list-skus-of-order.js';

/** Lines that are given back before the next ones are read. */
const PORTION = 256;

/** Give every line of an order back, each product in its own transaction; safe to repeat. */
export class DeallocateOrder extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/**
 * An order may have more lines than the service may make wait: they go in portions, and calls of others between them.
 * A repetition finishes what a crash has interrupted.
 */
@CommandHandler(DeallocateOrder)
export class DeallocateOrderHandler implements ICommandHandler<DeallocateOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
    private readonly queries: QueryBus,
  ) {}

  /**
   * @throws {UnknownOrder} if the order has no line
   * @throws {Busy} if the database cannot be reached, or an overload did not end in time; the lines that were given
   * back stay so, and a repetition goes on with the rest
   */
  async execute({ orderId }: DeallocateOrder) {
    const first = await this.queries.execute(new ListSkusOfOrder(orderId, {}, PORTION));
    if (first.last === null) throw new UnknownOrder(orderId);
    // Up to the line that was the last at first: somebody who goes on adding lines must not keep us here for ever.
    const upTo = first.last;
    let { skus } = first;
    while (skus.length > 0) {
      await this.#giveBack(orderId, skus);
      const range = { after: skus.at(-1)!, upTo };
      ({ skus } = await this.queries.execute(new ListSkusOfOrder(orderId, range, PORTION)));
    }
  }

  async #giveBack(orderId: string, skus: readonly string[]): Promise<void> {
    const changes = skus.map((sku) =>
      this.unitOfWork.inBulk(() =>
        this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) => {
          // Somebody else may have given it back since.
          if (product.holds(orderId)) product.deallocate(orderId);
        }),
      ),
    );
    await together(...changes);
  }
}
