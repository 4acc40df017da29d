import { DomainError } from '../../kernel/domain/errors.js';
import type { OrderLineFacts as OrderLine } from './order-line.js';

/** Rule 5: no single batch can hold the line. */
export class OutOfStock extends DomainError {
  readonly code = 'out-of-stock';
  readonly kind = 'conflict';

  /** @param available units that the batch with the most of them has left */
  constructor(line: Pick<OrderLine, 'sku' | 'quantity'>, available: number) {
    super(`No batch of ${line.sku} can hold ${line.quantity}: the largest has ${available} available.`, {
      sku: line.sku,
      requested: line.quantity,
      available,
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
