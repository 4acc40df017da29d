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
  meaning: 'There is no subscription with this name.',
  action: '`GET /v1/subscriptions` lists all subscriptions.',
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
  action: 'Retry or discard the failed events of the subscription. Only read models can be rebuilt.',
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
  meaning: 'The log has no event at this position: there never was one, or it is no longer kept.',
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
    'The event is not a failed event of this subscription: it was handled, retried or discarded already, or was not ' +
    'read yet.',
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
    'The event waits behind an earlier event of the same key, at position `first`: the events of a key are handled ' +
    'in order.',
  action: 'Retry or discard the event at position `first` first.',
  repetition: 'after-change',
});
