import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Product } from '../domain/product.js';
import { PLAIN_LOT } from '../domain/lot.js';
import { Stock, type ProductNeed } from '../domain/stock.js';

/** A batch as its registration says. */
export interface NewBatch {
  readonly batchReference: string;
  readonly quantity: number;
  readonly eta: string | null;
  readonly location?: string;
  readonly bestBefore?: string;
  /** Whether nothing is claimed from it. */
  readonly blocked?: boolean;
  /** When it was registered. */
  readonly registeredAt?: Date;
}

/** A batch was registered: promise its units from now on (rule 9). */
export class AddBatch extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batch: NewBatch,
  ) {
    super();
  }
}

@CommandHandler(AddBatch)
export class AddBatchHandler implements ICommandHandler<AddBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute(command: AddBatch) {
    const need = needOfAddBatch(command);
    await this.unitOfWork.change(this.stock.products, need, (product) => addBatch(product, command));
  }
}

export function needOfAddBatch({ sku, batch }: AddBatch): ProductNeed {
  return { sku, batchReference: batch.batchReference, units: 0, frees: batch.quantity };
}

/** What it does, also in a simulation and in the transaction of the registration. */
export function addBatch(product: Product, { batch }: AddBatch): void {
  const { batchReference: reference, quantity, eta, location, bestBefore, blocked, registeredAt } = batch;
  const lot = {
    ...PLAIN_LOT,
    ...(location !== undefined && { location }),
    ...(bestBefore && { bestBefore }),
    ...(blocked && { blocked }),
  };
  const entered = registeredAt && { enteredAt: registeredAt.getTime() };
  product.supply.addBatch({ reference, quantity, eta, lot, ...entered });
}
