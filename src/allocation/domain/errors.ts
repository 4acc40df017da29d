import { DomainError } from '../../kernel/domain/errors.js';
import type { LineTerms, OrderLineFacts as OrderLine } from './order-line.js';

/** What an order line asks for, and what it could have instead. */
export interface ShortLine {
  readonly sku: string;
  /** Units that the line asks for. */
  readonly requested: number;
  /** Units that it could have: of the batch with the most of them, or of all batches if it may be split. */
  readonly available: number;
  /** The day on which it could have all of them (`YYYY-MM-DD`), if that is only later than it needs them; otherwise null. */
  readonly earliest: string | null;
}

type Wish = Pick<OrderLine, 'sku' | 'quantity'> & {
  readonly terms?: Pick<LineTerms, 'split' | 'neededBy'>;
};

/** Rule 5: the line does not fit. */
export class OutOfStock extends DomainError {
  readonly code = 'out-of-stock';
  readonly kind = 'conflict';

  /**
   * @param available as `ShortLine` has it
   * @param earliest as `ShortLine` has it
   */
  constructor({ sku, quantity, terms }: Wish, available: number, earliest: string | null = null) {
    const by = terms?.neededBy ? ` by ${terms.neededBy}` : '';
    super(
      terms?.split
        ? `Only ${available} of ${sku} are available${by}, not ${quantity}.`
        : `No batch of ${sku} can hold ${quantity}${by}: the largest has ${available} available.`,
      { sku, requested: quantity, available, ...(by && { earliest }) },
    );
  }
}

/** Lines claim units of the batch, and were promised them where it is. */
export class BatchClaimed extends DomainError {
  readonly code = 'batch-claimed';
  readonly kind = 'conflict';

  /** @param claimed units */
  constructor(reference: string, claimed: number) {
    super(`Batch ${reference} cannot be moved while ${claimed} of its units are claimed.`, {
      reference,
      claimed,
    });
  }
}

/** Rule 4: the order already has a line of this SKU, with another quantity. */
export class AllocationConflict extends DomainError {
  readonly code = 'allocation-conflict';
  readonly kind = 'conflict';

  constructor(line: OrderLine, allocated: number) {
    super(`Order ${line.orderId} already has ${allocated} of ${line.sku} allocated, not ${line.quantity}.`, {
      orderId: line.orderId,
      sku: line.sku,
      requested: line.quantity,
      allocated,
    });
  }
}

/** One call has two lines of the same order and SKU: they may be meant as one line or as two. */
export class RepeatedLine extends DomainError {
  readonly code = 'repeated-line';
  readonly kind = 'unprocessable';

  constructor({ orderId, sku, quantity }: OrderLine) {
    super(`Order ${orderId} has another line of ${sku} in the same call.`, {
      orderId,
      sku,
      requested: quantity,
    });
  }
}

/** No batch of this SKU was ever registered. */
export class UnknownSku extends DomainError {
  readonly code = 'unknown-sku';
  readonly kind = 'unprocessable';

  constructor(sku: string) {
    super(`No batch of ${sku} was ever registered.`, { sku });
  }
}

export class UnknownAllocation extends DomainError {
  readonly code = 'unknown-allocation';
  readonly kind = 'not-found';

  constructor(orderId: string, sku: string) {
    super(`Order ${orderId} has no allocation of ${sku}.`, { orderId, sku });
  }
}

export class UnknownOrder extends DomainError {
  readonly code = 'unknown-order';
  readonly kind = 'not-found';

  constructor(orderId: string) {
    super(`Order ${orderId} has no allocations.`, { orderId });
  }
}

/** The line is of another SKU than the product. */
export class ForeignLine extends DomainError {
  readonly code = 'foreign-line';
  readonly kind = 'unprocessable';

  constructor(line: OrderLine, sku: string) {
    super(`The line of order ${line.orderId} asks for ${line.sku}, and this is ${sku}.`, {
      orderId: line.orderId,
      sku: line.sku,
    });
  }
}

/** The order has a record of its own, so that its lines change together (rule 10): the call has to go by the order. */
export class PartOfOrder extends DomainError {
  readonly code = 'part-of-order';
  readonly kind = 'conflict';

  constructor(orderId: string) {
    super(`Order ${orderId} changes as a whole.`, { orderId });
  }
}
