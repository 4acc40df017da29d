import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';
import { MOST_UNITS } from '../../vocabulary/quantity.js';
import { DOCUMENT_KINDS, type DocumentKey } from './document.js';

/** The batch that a receipt or an adjustment names was never registered. */
export class UnknownBatch extends DomainError {
  readonly code = 'unknown-batch';
  readonly kind = 'unprocessable';

  constructor(batchReference: string) {
    super(`Batch ${batchReference} was never registered.`, { batchReference });
  }
}

/** Rule 16: something else was written under this name. */
export class DocumentConflict extends DomainError {
  readonly code: string;
  readonly kind = 'conflict';

  constructor({ kind, id }: DocumentKey) {
    super(`The ${kind} ${id} was recorded before with other content: give the new ${kind} another id.`, {
      [`${kind}Id`]: id,
    });
    this.code = `${kind}-conflict`;
  }
}

for (const kind of DOCUMENT_KINDS) {
  explainProblem(`${kind}-conflict`, {
    meaning:
      `Another ${kind} was recorded under this id before. Repeating the same ${kind} changes nothing, but another one ` +
      'needs another id.',
    action: `Give the new ${kind} an id of its own.`,
    repetition: 'after-change',
  });
}

/** The shipment was cancelled: a call that is repeated late must not ship again. */
export class ShipmentIsCancelled extends DomainError {
  readonly code = 'shipment-cancelled';
  readonly kind = 'conflict';

  constructor(shipmentId: string) {
    super(`Shipment ${shipmentId} is cancelled: to ship the units again, use another id.`, { shipmentId });
  }
}

explainProblem('shipment-cancelled', {
  meaning:
    'The shipment was cancelled and stays cancelled: a late repetition of the call does not ship it again.',
  action: 'To ship the units again, use another shipment id.',
  repetition: 'after-change',
});

export class UnknownShipment extends DomainError {
  readonly code = 'unknown-shipment';
  readonly kind = 'not-found';

  constructor(shipmentId: string) {
    super(`There is no shipment ${shipmentId}.`, { shipmentId });
  }
}

explainProblem('unknown-shipment', {
  meaning: 'No shipment was recorded under this id.',
  action: 'Check the id. `GET /v1/shipments?orderId=…` lists the shipments of an order.',
  repetition: 'after-change',
});

/** Only units in the warehouse can leave (rule 13). */
export class NotOnHand extends DomainError {
  readonly code = 'not-on-hand';
  readonly kind = 'conflict';

  /** @param lines those of which fewer units are on hand than were to leave; none: nothing is left to ship */
  constructor(
    orderId: string,
    lines: readonly { readonly sku: string; readonly requested: number; readonly onHand: number }[],
  ) {
    const skus = lines.map(({ sku }) => sku).join(', ');
    const detail =
      lines.length > 0
        ? `Order ${orderId} cannot be shipped like this: not all units of ${skus} are on hand.`
        : `Order ${orderId} has nothing left to ship.`;
    super(detail, { orderId, lines });
  }
}

explainProblem('not-on-hand', {
  meaning:
    'Only units on hand can be shipped, and not all units of the lines in `lines` are on hand yet. If `lines` is ' +
    'empty, the order has nothing left to ship.',
  action: 'Send only units that are on hand in `lines`, or wait until the other units have arrived.',
  repetition: 'after-change',
});

/** More was to leave than the line claims (rule 13). */
export class OverShipped extends DomainError {
  readonly code = 'over-shipped';
  readonly kind = 'conflict';

  /** @param claimed units of the SKU that the order claims and that have not left */
  constructor(orderId: string, sku: string, requested: number, claimed: number) {
    super(`Order ${orderId} has ${claimed} of ${sku} left to ship, not ${requested}.`, {
      orderId,
      sku,
      requested,
      claimed,
    });
  }
}

explainProblem('over-shipped', {
  meaning: 'The call would ship more units than the line still has to ship: `claimed`.',
  action: 'Ship at most `claimed` units. To ship more, change the order first.',
  repetition: 'after-change',
});

/** The order leaves as a whole only, and not all of it would leave. */
export class OrderIncomplete extends DomainError {
  readonly code = 'order-incomplete';
  readonly kind = 'conflict';

  /** @param skus those of which something would stay behind */
  constructor(orderId: string, skus: readonly string[]) {
    super(
      `Order ${orderId} can only be shipped as a whole, and units of ${skus.join(', ')} would not be shipped.`,
      {
        orderId,
        skus,
      },
    );
  }
}

explainProblem('order-incomplete', {
  meaning:
    'The order can only be shipped as a whole (`shipComplete`), and units of the SKUs in `skus` would not be shipped.',
  action:
    'Ship it without `lines` once all its units are on hand, or send the order again without `shipComplete`.',
  repetition: 'after-change',
});

/** A hold cannot be shipped: it has to be confirmed before. */
export class OrderNotFirm extends DomainError {
  readonly code = 'order-not-firm';
  readonly kind = 'conflict';

  constructor(orderId: string) {
    super(`Order ${orderId} is a hold: confirm it before it is shipped.`, { orderId });
  }
}

explainProblem('order-not-firm', {
  meaning: 'The order is a hold, and a hold cannot be shipped.',
  action: 'Confirm it first: `POST /v1/orders/{orderId}/confirm`.',
  repetition: 'after-change',
});

/** More came back than has left. */
export class OverReturned extends DomainError {
  readonly code = 'over-returned';
  readonly kind = 'conflict';

  /** @param returnable units of the SKU that have left and did not come back */
  constructor(orderId: string, sku: string, requested: number, returnable: number) {
    super(`Order ${orderId} can return ${returnable} of ${sku}, not ${requested}.`, {
      orderId,
      sku,
      requested,
      returnable,
    });
  }
}

explainProblem('over-returned', {
  meaning: 'The call would take back more units than were shipped and have not come back yet: `returnable`.',
  action:
    'Return at most `returnable` units. Record other units that were found as an adjustment: `PUT ' +
    '/v1/adjustments/{adjustmentId}`.',
  repetition: 'after-change',
});

/** Less would be in the warehouse than nothing. */
export class BelowZero extends DomainError {
  readonly code = 'below-zero';
  readonly kind = 'conflict';

  constructor(batchReference: string, by: number, onHand: number) {
    super(`Batch ${batchReference} has ${onHand} on hand, so ${-by} cannot be missing.`, {
      batchReference,
      by,
      onHand,
    });
  }
}

explainProblem('below-zero', {
  meaning: 'The call would remove more units than are on hand: `onHand`.',
  action: 'Check `by`. If the figure on hand is wrong, count the batch: `PUT /v1/counts/{countId}`.',
  repetition: 'after-change',
});

/** The batch would have more units than can be counted. */
export class TooManyUnits extends DomainError {
  readonly code = 'too-many-units';
  readonly kind = 'unprocessable';

  constructor(batchReference: string, quantity: number) {
    super(`Batch ${batchReference} cannot have ${quantity} units: ${MOST_UNITS} is the most.`, {
      batchReference,
      quantity,
    });
  }
}

explainProblem('too-many-units', {
  meaning: 'The batch would have more units than a batch can have: 2,147,483,647.',
  action: 'Check the quantity. Register further units under another reference.',
  repetition: 'after-change',
});
