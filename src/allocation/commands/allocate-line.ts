import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { OutOfStock, PartOfOrder } from '../domain/errors.js';
import { versionOfLine, versionOfWaitingLine } from '../queries/line-version.js';
import { PLAIN_TERMS, type Claim, type OrderLineFacts } from '../domain/order-line.js';
import type { Allocated, Backordered } from '../domain/outcomes.js';
import type { Product } from '../domain/product.js';
import { Stock } from '../domain/stock.js';
import type { WantedOrder } from '../domain/wanted-order.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';

/** An order line as a caller asks for it. */
export interface WantedLine extends OrderLineFacts {
  /** Whether several batches may hold it together. Left out: one batch holds it. */
  readonly split?: boolean;
  /** The last day on which its units may come, `YYYY-MM-DD`. Left out: any day. */
  readonly neededBy?: string | null;
  /** What to do if it does not fit. Left out: it is refused. */
  readonly whenShort?: WantedOrder['whenShort'];
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

/** A line that waits for its units. */
export interface BackorderedLine {
  readonly isNew: boolean;
  readonly backorder: OrderLineFacts & {
    readonly state: 'backordered';
    readonly batchReference: null;
    readonly eta: null;
  };
  /** The version of the line, for `DeallocateLine`. */
  readonly version: string;
}

/** Promise an order line to a batch. Safe to repeat: `isNew` says whether it was the first time. */
export class AllocateLine extends Command<AllocatedLine | BackorderedLine> {
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
    const outcome = await this.#allocate(line);
    if (outcome instanceof OutOfStock) throw outcome;
    return lineInStock(line, outcome, this.calendar.today);
  }

  /** As a loose line, which is what most are; if the order has a record, as a line of the order (rule 10). */
  async #allocate(line: WantedLine): Promise<Allocated | Backordered | OutOfStock> {
    const { need, run } = allocateLoose(line);
    try {
      return await this.unitOfWork.change(this.stock.products, need, run);
    } catch (error) {
      if (!(error instanceof PartOfOrder)) throw error;
      const { orderId } = line;
      const wanted = lineOfOrder(line);
      return this.unitOfWork.change(this.stock.orders, { orderId, lines: [wanted] }, (order) =>
        order.allocate(wanted, { mayWait: mayWait(line) }),
      );
    }
  }
}

/** The change of a product that allocates the line as a loose one. */
export function allocateLoose(line: WantedLine) {
  const { sku, orderId, quantity, neededBy = null, split = false } = line;
  const need = { sku, orderId, units: quantity, fromOneBatch: !split, neededBy, onlyAllocates: true };
  return { need, run: (product: Product) => product.allocate(looseLine(line)) };
}

/** Whether the line waits if it does not fit. */
export function mayWait({ whenShort }: WantedLine): boolean {
  return whenShort === 'backorder';
}

/** The line as a product takes it. */
export function looseLine(line: WantedLine) {
  const { orderId, sku, quantity, split = false, neededBy = null } = line;
  const waits = mayWait(line) && { mayWait: true };
  const isPlain = !split && neededBy === null && !waits;
  return {
    orderId,
    sku,
    quantity,
    terms: isPlain ? PLAIN_TERMS : { ...PLAIN_TERMS, split, neededBy, ...waits },
  };
}

/** The line as an order takes it. */
export function lineOfOrder({ sku, quantity, split = false, neededBy = null }: WantedLine) {
  return { sku, quantity, split, neededBy };
}

/** @param today `YYYY-MM-DD` */
export function lineInStock(
  line: WantedLine,
  outcome: Allocated | Backordered,
  today: string,
): AllocatedLine | BackorderedLine {
  return 'waiting' in outcome ? backorderedLine(line, outcome) : allocatedLine(line, outcome, today);
}

/**
 * The line as it was asked for: it claims fewer units if some have left.
 * @param today `YYYY-MM-DD`
 */
export function allocatedLine(
  { orderId, sku, quantity }: WantedLine,
  { isNew, allocation }: Allocated,
  today: string,
): AllocatedLine {
  const { batchReference, claims } = allocation;
  const { eta, overdue, expectedDate } = datesOf(allocation.eta, today);
  // Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.
  const answer = { orderId, sku, quantity, batchReference, eta, overdue, expectedDate };
  const dated = claims?.map((claim) => ({ ...claim, ...datesOf(claim.eta, today) }));
  return {
    isNew,
    allocation: dated ? { ...answer, claims: dated } : answer,
    version: versionOfLine(allocation),
  };
}

/** The line in the queue of its product. */
export function backorderedLine(
  { orderId, sku, quantity }: WantedLine,
  { isNew, waiting }: Backordered,
): BackorderedLine {
  const backorder = {
    orderId,
    sku,
    quantity,
    state: 'backordered',
    batchReference: null,
    eta: null,
  } as const;
  return { isNew, backorder, version: versionOfWaitingLine(waiting) };
}
