import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { OutOfStock } from '../domain/errors.js';
import { versionOfLine } from '../queries/line-version.js';
import type { OrderLineFacts } from '../domain/order-line.js';
import { Products } from '../domain/products.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';

export interface AllocatedLine {
  readonly isNew: boolean;
  readonly allocation: OrderLineFacts & Dates & { readonly batchReference: string };
  /** The version of the line, for `DeallocateLine`. */
  readonly version: string;
}

/** Promise an order line to a batch. Safe to repeat: `isNew` says whether it was the first time. */
export class AllocateLine extends Command<AllocatedLine> {
  constructor(readonly line: OrderLineFacts) {
    super();
  }
}

@CommandHandler(AllocateLine)
export class AllocateLineHandler implements ICommandHandler<AllocateLine> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
    private readonly calendar: Calendar,
  ) {}

  /** @throws {OutOfStock | AllocationConflict | UnknownSku} */
  async execute({ line }: AllocateLine) {
    const { sku, orderId, quantity } = line;
    const need = { sku, orderId, units: quantity };
    const outcome = await this.unitOfWork.change(this.products, need, (product) => product.allocate(line));
    if (outcome instanceof OutOfStock) throw outcome;
    const { batchReference } = outcome.allocation;
    const { eta, overdue, expectedDate } = datesOf(outcome.allocation.eta, this.calendar.today);
    // Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.
    const allocation = { orderId, sku, quantity, batchReference, eta, overdue, expectedDate };
    return { isNew: outcome.isNew, allocation, version: versionOfLine(outcome.allocation) };
  }
}
