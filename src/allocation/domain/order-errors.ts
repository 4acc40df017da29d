import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';
import type { ShortLine } from './errors.js';

/** Rule 10: lines of an order do not fit, so none of it has changed. */
export class OrderOutOfStock extends DomainError {
  readonly code = 'out-of-stock';
  readonly kind = 'conflict';

  constructor(
    orderId: string,
    readonly lines: readonly ShortLine[],
  ) {
    super(`Order ${orderId} cannot have ${describeShort(lines)}.`, { orderId, lines });
  }
}

/** The hold has ended, and its lines cannot be claimed again: `lines` do not fit, or it ended too long ago. */
export class HoldExpired extends DomainError {
  readonly code = 'hold-expired';
  readonly kind = 'conflict';

  constructor(orderId: string, expiresAt: Date, lines: readonly ShortLine[] = []) {
    const short = lines.length === 0 ? '' : `, and it cannot have ${describeShort(lines)}`;
    const endedAt = expiresAt.toISOString();
    super(`The hold of order ${orderId} ended at ${endedAt}${short}.`, {
      orderId,
      expiresAt: endedAt,
      lines,
    });
  }
}

explainProblem('hold-expired', {
  meaning:
    'The hold has ended. It cannot be confirmed any more: there are too few units for the lines in `lines`, or it ended ' +
    'more than 24 hours ago. An ended hold gets no further lines either, and no hold lasts longer than ' +
    '`HOLD_MAX_SECONDS`.',
  action:
    'Send the order again (`PUT /v1/orders/{orderId}`) with quantities that are available now. If it has lasted too ' +
    'long, leave out `expiresInSeconds`: it is a firm order then.',
  repetition: 'after-change',
});

/** Short lines that a message names; `lines` has all of them. */
const MOST_NAMED = 5;

/** `10 of LAMP (3 available), 5 of RUG (0 available) and 2 more lines` */
function describeShort(lines: readonly ShortLine[]): string {
  const named = lines.slice(0, MOST_NAMED).map(({ sku, requested, available, earliest }) => {
    const later = earliest === null ? '' : `, all ${requested} on ${earliest}`;
    return `${requested} of ${sku} (${available} available${later})`;
  });
  const more = lines.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more lines` : ''}`;
}

/** A firm order cannot become a hold again. */
export class OrderFirm extends DomainError {
  readonly code = 'order-firm';
  readonly kind = 'conflict';

  constructor(orderId: string) {
    super(`Order ${orderId} is firm: it cannot become a hold.`, { orderId });
  }
}

explainProblem('order-firm', {
  meaning: 'The order is firm, and a firm order cannot become a hold again.',
  action: 'Send it without `expiresInSeconds`. To release units, remove lines from the order or cancel it.',
  repetition: 'after-change',
});

/** A cancelled order stays cancelled, however late a call is repeated. */
export class OrderCancelled extends DomainError {
  readonly code = 'order-cancelled';
  readonly kind = 'conflict';

  constructor(orderId: string) {
    super(`Order ${orderId} is cancelled. To open it again, put it with "reopen": true.`, { orderId });
  }
}

explainProblem('order-cancelled', {
  meaning:
    'The order was cancelled and stays cancelled: a late retry, a repeated message or a repeated file does not open ' +
    'it again.',
  action: 'To open it again on purpose, send it with `reopen: true`.',
  repetition: 'after-change',
});

/** Units that have left cannot be taken out of the order; they can be returned. */
export class AlreadyShipped extends DomainError {
  readonly code = 'already-shipped';
  readonly kind = 'conflict';

  /** @param shipped units of the SKU that have left for the order */
  constructor(orderId: string, sku: string, shipped: number) {
    super(`${shipped} of ${sku} were already shipped for order ${orderId}: they can only be returned.`, {
      orderId,
      sku,
      shipped,
    });
  }
}

explainProblem('already-shipped', {
  meaning:
    'Units of the line were shipped already, and the line cannot have fewer units than these: `shipped`.',
  action:
    'Send the line with at least `shipped` units. Record units that come back as a return: `PUT ' +
    '/v1/returns/{returnId}`.',
  repetition: 'after-change',
});

/** An order has one line of each SKU: two may be meant as one or as two. */
export class DuplicateSku extends DomainError {
  readonly code = 'duplicate-sku';
  readonly kind = 'unprocessable';

  constructor(orderId: string, sku: string) {
    super(`Order ${orderId} has more than one line of ${sku}.`, { orderId, sku });
  }
}

explainProblem('duplicate-sku', {
  meaning: 'The order has two lines of the same SKU. It is not clear whether you mean one line or two.',
  action: 'Send one line with the sum of their units.',
  repetition: 'after-change',
});

/** The caller wanted to create the order, and there is one already. */
export class OrderExists extends DomainError {
  readonly code = 'version-mismatch';
  readonly kind = 'precondition-failed';

  constructor(orderId: string) {
    super(`Order ${orderId} exists already.`, { orderId });
  }
}

/** The caller names an order that exists with other lines or terms, and does not want to replace it. */
export class OrderConflict extends DomainError {
  readonly code = 'order-conflict';
  readonly kind = 'conflict';

  constructor(orderId: string) {
    super(`Order ${orderId} exists with other lines or terms.`, { orderId });
  }
}

explainProblem('order-conflict', {
  meaning: 'The order exists with other lines or terms, and an import does not replace orders.',
  action: 'Give the order another id, or replace it: `PUT /v1/orders/{orderId}`.',
  repetition: 'after-change',
});
