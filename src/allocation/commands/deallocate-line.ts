import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { PartOfOrder } from '../domain/errors.js';
import type { Product } from '../domain/product.js';
import { versionOfLine, versionOfWaitingLine } from '../queries/line-version.js';
import { Stock } from '../domain/stock.js';

/** Deallocate one line of an order, or take it out of the queue of its product. */
export class DeallocateLine extends Command<void> {
  /** @param expectedVersions the versions of the line that the caller means; undefined for any */
  constructor(
    readonly orderId: string,
    readonly sku: string,
    readonly expectedVersions?: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(DeallocateLine)
export class DeallocateLineHandler implements ICommandHandler<DeallocateLine> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /** @throws {UnknownAllocation | VersionMismatch} */
  async execute({ orderId, sku, expectedVersions }: DeallocateLine) {
    const requireExpected = (product: Product | undefined) => {
      const line = product?.allocationOf(orderId);
      if (line) return requireVersion(versionOfLine(line), expectedVersions);
      const waiting = product?.backorders.find(orderId);
      if (waiting) requireVersion(versionOfWaitingLine(waiting), expectedVersions);
    };
    try {
      await this.unitOfWork.change(this.stock.products, { sku, orderId, units: 0 }, (product) => {
        requireExpected(product);
        product.deallocate(orderId);
      });
    } catch (error) {
      if (!(error instanceof PartOfOrder)) throw error;
      await this.unitOfWork.change(this.stock.orders, { orderId, lines: [] }, (order) => {
        requireExpected(order.companions.find((product) => product.sku === sku));
        order.deallocateLine(sku);
      });
    }
  }
}
