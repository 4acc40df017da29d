import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { OutOfStock, PartOfOrder } from '../domain/errors.js';
import { versionOfLine } from '../queries/line-version.js';
import { PLAIN_TERMS, type Claim, type OrderLineFacts } from '../domain/order-line.js';
import type { Allocated } from '../domain/product.js';
import { Stock } from '../domain/stock.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';

/** An order line as a caller asks for it. */
export interface WantedLine extends OrderLineFacts {
  /** Whether several batches may hold it together. Left out: one batch holds it. */
  readonly split?: boolean;
  /** The last day on which its units may come, `YYYY-MM-DD`. Left out: any day. */
  readonly neededBy?: string | null;
}

export interface AllocatedLine {
  readonly isNew: boolean;
  readonly allocation: OrderLineFacts &
    Dates & {
      readonly batchReference: string;
      /** Left out if one batch holds the line. */
      readonly claims?: readonly (Claim & Dates)[];
    };
  /** The version of the line, for `DeallocateLine`. */
  readonly version: string;
}

/** Promise an order line to a batch. Safe to repeat: `isNew` says whether it was the first time. */
export class AllocateLine extends Command<AllocatedLine> {
  constructor(readonly line: WantedLine) {
    super();
  }
}

@CommandHandler(AllocateLine)
export class AllocateLineHandler implements ICommandHandler<AllocateLine> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly calendar: Calendar,
  ) {}

  /**
   * @throws {OutOfStock | AllocationConflict | UnknownSku}
   * @throws {OrderCancelled | HoldExpired | AlreadyShipped} if the order has a record
   */
  async execute({ line }: AllocateLine) {
    const { sku, orderId, quantity } = line;
    const outcome = await this.#allocate(line);
    if (outcome instanceof OutOfStock) throw outcome;
    const { batchReference, claims } = outcome.allocation;
    const { today } = this.calendar;
    const { eta, overdue, expectedDate } = datesOf(outcome.allocation.eta, today);
    // Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.
    const allocation = { orderId, sku, quantity, batchReference, eta, overdue, expectedDate };
    const dated = claims?.map((claim) => ({ ...claim, ...datesOf(claim.eta, today) }));
    return {
      isNew: outcome.isNew,
      allocation: dated ? { ...allocation, claims: dated } : allocation,
      version: versionOfLine(outcome.allocation),
    };
  }

  /** As a loose line, which is what most are; if the order has a record, as a line of the order (rule 10). */
  async #allocate(line: WantedLine): Promise<Allocated | OutOfStock> {
    const { sku, orderId, quantity, split = false, neededBy = null } = line;
    const need = { sku, orderId, units: quantity };
    const isPlain = !split && neededBy === null;
    const terms = isPlain ? PLAIN_TERMS : { ...PLAIN_TERMS, split, neededBy };
    try {
      return await this.unitOfWork.change(this.stock.products, need, (product) =>
        product.allocate({ orderId, sku, quantity, terms }),
      );
    } catch (error) {
      if (!(error instanceof PartOfOrder)) throw error;
      const wanted = { sku, quantity, split, neededBy };
      return this.unitOfWork.change(this.stock.orders, { orderId, lines: [wanted] }, (order) =>
        order.allocate(wanted),
      );
    }
  }
}
