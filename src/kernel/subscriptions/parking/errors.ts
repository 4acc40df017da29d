import { DomainError } from '../../domain/errors.js';

export class UnknownSubscription extends DomainError {
  readonly code = 'unknown-subscription';
  readonly kind = 'not-found';

  constructor(subscription: string) {
    super(`There is no subscription ${subscription}.`, { subscription });
  }
}

/** What the subscription leads to would happen a second time: a mail, a message, a change of stock. */
export class NotAProjection extends DomainError {
  readonly code = 'not-a-read-model';
  readonly kind = 'conflict';

  constructor(subscription: string) {
    super(`${subscription} is no read model: what it has done cannot be done again from the log.`, {
      subscription,
    });
  }
}

/** The subscription has handled the event, or has yet to come to it. */
export class EventNotParked extends DomainError {
  readonly code = 'not-set-aside';
  readonly kind = 'not-found';

  constructor(subscription: string, position: number) {
    super(`Subscription ${subscription} has not set event ${position} aside.`, { subscription, position });
  }
}

/** The events of a key keep their order, so the first one that is set aside decides when the next may go on. */
export class BlockedByEarlierEvent extends DomainError {
  readonly code = 'waits-behind';
  readonly kind = 'conflict';

  constructor(position: number, first: number) {
    super(`Event ${position} waits behind event ${first} of the same key: retry or discard that one.`, {
      position,
      first,
    });
  }
}

/** A change of the SKU that allocation has not seen: an operator has to look at it. */
export class BlockedByParkedEvent extends DomainError {
  readonly code = 'waits-for-operator';
  readonly kind = 'busy';

  constructor(sku: string) {
    super(`Stored, but an earlier change of ${sku} is waiting for an operator, and allocation with it.`, {
      sku,
    });
  }
}
