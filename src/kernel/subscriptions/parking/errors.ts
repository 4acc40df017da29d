import { DomainError } from '../../domain/errors.js';
import { explainProblem } from '../../domain/problem-texts.js';

export class UnknownSubscription extends DomainError {
  readonly code = 'unknown-subscription';
  readonly kind = 'not-found';

  constructor(subscription: string) {
    super(`There is no subscription ${subscription}.`, { subscription });
  }
}

explainProblem('unknown-subscription', {
  meaning: 'There is no subscription of this name.',
  action: '`GET /v1/subscriptions` lists those that there are.',
  repetition: 'after-change',
});

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

explainProblem('not-a-read-model', {
  meaning: 'The subscription is not a read model: reading the log again would repeat its effects.',
  action: 'Retry or discard the events that have failed in it. Only read models can be rebuilt.',
  repetition: 'after-change',
});

/** The log has no such event: it never had it, or the event is pruned. */
export class UnknownEvent extends DomainError {
  readonly code = 'unknown-event';
  readonly kind = 'not-found';

  constructor(position: number) {
    super(`There is no event ${position}.`, { position });
  }
}

explainProblem('unknown-event', {
  meaning: 'The log has no event at this position: there never was one, or it is pruned.',
  action: 'List the parked events of the subscription to see their positions.',
  repetition: 'after-change',
});

/** The subscription has handled the event, does not listen to it, or has not reached it yet. */
export class EventNotParked extends DomainError {
  readonly code = 'event-not-parked';
  readonly kind = 'conflict';

  constructor(subscription: string, position: number) {
    super(`Event ${position} has not failed in subscription ${subscription}.`, { subscription, position });
  }
}

explainProblem('event-not-parked', {
  meaning:
    'The event has not failed in this subscription: it is handled, retried or discarded already, or was ' +
    'not reached yet.',
  action: 'List the parked events of the subscription again.',
  repetition: 'after-change',
});

/** The events of a key keep their order, so the first one has to be retried or discarded before the others. */
export class BlockedByEarlierEvent extends DomainError {
  readonly code = 'blocked-by-earlier-event';
  readonly kind = 'conflict';

  constructor(position: number, first: number) {
    super(`Event ${position} waits behind event ${first} of the same key: retry or discard that one.`, {
      position,
      first,
    });
  }
}

explainProblem('blocked-by-earlier-event', {
  meaning:
    'The event waits behind an earlier one of the same key, `first`: the events of a key keep their ' +
    'order.',
  action: 'Retry or discard event `first` before.',
  repetition: 'after-change',
});
