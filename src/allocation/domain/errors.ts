import { DomainError } from '../../kernel/domain/errors.js';
import type { OrderLineFacts as OrderLine } from './order-line.js';

/** Rule 5: no single batch can hold the line. */
export class OutOfStock extends DomainError {
  readonly code = 'out-of-stock';
  readonly kind = 'conflict';

  /** @param available units that the largest single batch still has */
  constructor(line: OrderLine, available: number) {
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

/** One call for many lines has two of the same order and SKU: nobody can tell whether they are meant as one or as two. */
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

/** A line was given to the product of another SKU. */
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

/** A question about a part of the product that was not loaded: a mistake in the program, never an answer. */
export class NotLoaded extends Error {
  constructor(what: string) {
    super(`${what} was not loaded: the work must name it in its need.`);
    this.name = 'NotLoaded';
  }
}
