import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { versionOfLine } from '../queries/line-version.js';
import { Products } from '../domain/products.js';

/** Give one line's claim back. `seen`: the versions of the line that the caller decided on, undefined for any. */
export class DeallocateLine extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly sku: string,
    readonly seen?: readonly string[],
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
  async execute({ orderId, sku, seen }: DeallocateLine) {
    await this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) => {
      const line = product.allocationOf(orderId);
      if (line) requireVersion(versionOfLine(line), seen);
      product.deallocate(orderId);
    });
  }
}
