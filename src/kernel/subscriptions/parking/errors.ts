import { DomainError } from '../../domain/errors.js';

export class UnknownSubscription extends DomainError {
  readonly code = 'unknown-subscription';
  readonly kind = 'not-found';

  constructor(subscription: string) {
    super(`There is no subscription ${subscription}.`, { subscription });
  }
}

/** What the subscription has caused would happen a second time. */
export class NotAProjection extends DomainError {
  readonly code = 'not-a-read-model';
  readonly kind = 'conflict';

  constructor(subscription: string) {
    super(`${subscription} is not a read model: a rebuild would repeat its effects.`, {
      subscription,
    });
  }
}

/** The subscription has handled the event, or has not reached it yet. */
export class EventNotParked extends DomainError {
  readonly code = 'not-set-aside';
  readonly kind = 'not-found';

  constructor(subscription: string, position: number) {
    super(`Event ${position} has not failed in subscription ${subscription}.`, { subscription, position });
  }
}

/** The events of a key keep their order, so the first one has to be retried or discarded before the others. */
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
