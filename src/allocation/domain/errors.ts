import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';
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

explainProblem('out-of-stock', {
  meaning:
    'The units that a line asks for cannot be promised: no batch has enough units or, if the line may be split, all ' +
    'batches together have not. For an order, `lines` lists the lines that lack units. Nothing has changed.',
  action:
    'Ask for at most `available` units, allow the line to be split (`split`), or let it wait (`whenShort: ' +
    'backorder`). `earliest` is the day on which the line could get all its units, if that is later than it needs ' +
    'them.',
  repetition: 'after-change',
});

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

explainProblem('batch-claimed', {
  meaning:
    'The batch cannot be moved to another location while order lines claim units of it: they were promised units at ' +
    'its present location.',
  action: 'Move it once its `claimed` units have been shipped, released or reallocated.',
  repetition: 'after-change',
});

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

explainProblem('allocation-conflict', {
  meaning:
    'The order already has a line of this SKU with another quantity: `allocated`. With that quantity, the call would ' +
    'return the existing allocation.',
  action:
    'To change the quantity, send the whole order: `PUT /v1/orders/{orderId}`. If you mean another line, use another ' +
    'order id.',
  repetition: 'after-change',
});

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

explainProblem('repeated-line', {
  meaning:
    'One call or one file has two lines of the same order and SKU. It is not clear whether you mean one line or two.',
  action: 'Send one line with the sum of their units, or give one of them another order id.',
  repetition: 'after-change',
});

/** No batch of this SKU was ever registered. */
export class UnknownSku extends DomainError {
  readonly code = 'unknown-sku';
  readonly kind = 'unprocessable';

  constructor(sku: string) {
    super(`No batch of ${sku} was ever registered.`, { sku });
  }
}

explainProblem('unknown-sku', {
  meaning:
    'No batch of this SKU was ever registered, so there is nothing to show or to promise. The status is 404 if the ' +
    'SKU is in the path, otherwise 422.',
  action:
    'Check how the SKU is written: upper and lower case differ. Register a batch of it: `POST ' +
    '/v1/batches`.',
  repetition: 'after-change',
});

export class UnknownAllocation extends DomainError {
  readonly code = 'unknown-allocation';
  readonly kind = 'not-found';

  constructor(orderId: string, sku: string) {
    super(`Order ${orderId} has no allocation of ${sku}.`, { orderId, sku });
  }
}

explainProblem('unknown-allocation', {
  meaning: 'The order has no allocation of this SKU: it never had one, or the allocation was released.',
  action:
    'If you wanted to release it, nothing is left to do. `GET /v1/orders/{orderId}/history` says what happened to ' +
    'the line.',
  repetition: 'after-change',
});

export class UnknownOrder extends DomainError {
  readonly code = 'unknown-order';
  readonly kind = 'not-found';

  constructor(orderId: string) {
    super(`Order ${orderId} has no allocations.`, { orderId });
  }
}

explainProblem('unknown-order', {
  meaning: 'There is no order with this id, or it has no lines any more.',
  action:
    'Check how the id is written: upper and lower case differ. `GET /v1/orders/{orderId}/history` says what happened ' +
    'to the order, if there ever was one.',
  repetition: 'after-change',
});

/** The line is of another SKU than the product. */
export class ForeignLine extends DomainError {
  readonly code = 'foreign-line';
  readonly kind = 'unprocessable';

  constructor(line: OrderLine, sku: string) {
    super(`The line of order ${line.orderId} asks for ${line.sku}, but the product is ${sku}.`, {
      orderId: line.orderId,
      sku: line.sku,
    });
  }
}

explainProblem('foreign-line', {
  meaning: 'The line asks for another SKU than that of the product it was sent to.',
  action: 'Send the line to the product of its SKU.',
  repetition: 'after-change',
});

/** The order has a record of its own, so that its lines change together (rule 10): the call has to go by the order. */
export class PartOfOrder extends DomainError {
  readonly code = 'part-of-order';
  readonly kind = 'conflict';

  constructor(orderId: string) {
    super(`The lines of order ${orderId} cannot be changed one by one: send the whole order.`, { orderId });
  }
}

explainProblem('part-of-order', {
  meaning: 'The lines of the order change together, so none of them can be changed alone.',
  action: 'Change the order as a whole: `PUT /v1/orders/{orderId}`.',
  repetition: 'after-change',
});
