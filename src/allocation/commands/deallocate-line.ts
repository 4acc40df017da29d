import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { versionOfLine } from '../queries/line-version.js';
import { Products } from '../domain/products.js';

/** Deallocate one line of an order. */
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
    private readonly products: Products,
  ) {}

  /** @throws {UnknownAllocation | VersionMismatch} */
  async execute({ orderId, sku, expectedVersions }: DeallocateLine) {
    await this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) => {
      const line = product.allocationOf(orderId);
      if (line) requireVersion(versionOfLine(line), expectedVersions);
      product.deallocate(orderId);
    });
  }
}
