import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { UnknownOrder } from '../domain/errors.js';
import { versionOfOrder } from '../queries/line-version.js';
import { Products } from '../domain/products.js';
import { FindOrderAllocations } from '../queries/find-order-allocations.js';
import { ListSkusOfOrder } from '../queries/list-skus-of-order.js';

/** Lines that are given back before the next ones are read. */
const PORTION = 256;

/** Deallocate every line of an order, each product in its own transaction. Safe to repeat. */
export class DeallocateOrder extends Command<void> {
  /** @param expectedVersions the versions of the order that the caller means; undefined for any */
  constructor(
    readonly orderId: string,
    readonly expectedVersions?: readonly string[],
  ) {
    super();
  }
}

/**
 * An order may have more lines than lanes may hold, so they go in portions, and other calls run in between. A repeated
 * call finishes what a crash has interrupted.
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
   * @throws {VersionMismatch} if the order has another version; nothing has changed then
   * @throws {Busy} if the database cannot be reached or the overload lasts too long; lines that were given back stay so,
   * and a repeated call goes on with the rest
   */
  async execute({ orderId, expectedVersions }: DeallocateOrder) {
    if (expectedVersions) return this.#giveBackExpected(orderId, expectedVersions);
    const first = await this.queries.execute(new ListSkusOfOrder(orderId, {}, PORTION));
    if (first.last === null) throw new UnknownOrder(orderId);
    // Up to the line that is the last now: a caller who keeps adding lines must not keep this call running for ever.
    const upTo = first.last;
    let { skus } = first;
    while (skus.length > 0) {
      await this.#giveBack(orderId, skus);
      const range = { after: skus.at(-1)!, upTo };
      ({ skus } = await this.queries.execute(new ListSkusOfOrder(orderId, range, PORTION)));
    }
  }

  /** Lines that are added or ordered again after the version was checked stay. */
  async #giveBackExpected(orderId: string, expectedVersions: readonly string[]): Promise<void> {
    const lines = await this.queries.execute(new FindOrderAllocations(orderId));
    if (lines.length === 0) throw new UnknownOrder(orderId);
    requireVersion(versionOfOrder(lines), expectedVersions);
    for (let at = 0; at < lines.length; at += PORTION) {
      const changes = lines.slice(at, at + PORTION).map(({ sku, sequence }) =>
        this.unitOfWork.inBulk(() =>
          this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) => {
            if (product.allocationOf(orderId)?.sequence === sequence) product.deallocate(orderId);
          }),
        ),
      );
      await settleAll(...changes);
    }
  }

  async #giveBack(orderId: string, skus: readonly string[]): Promise<void> {
    const changes = skus.map((sku) =>
      this.unitOfWork.inBulk(() =>
        this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) => {
          // Another call may have given it back in the meantime.
          if (product.holds(orderId)) product.deallocate(orderId);
        }),
      ),
    );
    await settleAll(...changes);
  }
}
