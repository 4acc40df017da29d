import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';

export class UnknownWebhook extends DomainError {
  readonly code = 'unknown-webhook';
  readonly kind = 'not-found';

  constructor(id: string) {
    super(`There is no webhook ${id}.`, { id });
  }
}

explainProblem('unknown-webhook', {
  meaning: 'There is no webhook with this id: it never existed, or was deleted.',
  action: '`GET /v1/webhooks` lists all webhooks.',
  repetition: 'after-change',
});

/** Each webhook costs a row for each of its events, and connections of each process. */
export class TooManyWebhooks extends DomainError {
  readonly code = 'too-many-webhooks';
  readonly kind = 'conflict';

  constructor(most: number) {
    super(`There are ${most} webhooks already: delete one that is not needed.`, { most });
  }
}

explainProblem('too-many-webhooks', {
  meaning: 'The largest number of webhooks exists already: `most`.',
  action: 'Delete a webhook that is not needed, or use one webhook for several types and SKUs.',
  repetition: 'after-change',
});

/** Nothing is sent to such an address: it is not public, or not safe from readers on the way. */
export class AddressRefused extends DomainError {
  readonly code = 'webhook-address-refused';
  readonly kind = 'unprocessable';

  /** @param reason the rest of a sentence that begins with "The address" */
  constructor(reason: string) {
    super(`The address ${reason}.`);
  }
}

explainProblem('webhook-address-refused', {
  meaning:
    'The service does not send events to this URL: it does not begin with `https://`, contains credentials, or ' +
    'resolves to an address that is not public.',
  action:
    'Use the URL of a public host. To allow a host inside your own network, an operator lists it in `WEBHOOK_ALLOW`.',
  repetition: 'after-change',
});

/** The service listens to other machines, and has no key with which it could encrypt the secret of a webhook. */
export class NoSecretKey extends DomainError {
  readonly code = 'no-secret-key';
  readonly kind = 'conflict';

  constructor() {
    super('Webhooks need SECRET_KEY, which encrypts their secrets: make one with `openssl rand -base64 32`.');
  }
}

explainProblem('no-secret-key', {
  meaning:
    'The service has no key to encrypt the secrets of webhooks. It creates one by itself only while it accepts calls ' +
    'from its own machine alone.',
  action:
    'An operator sets `SECRET_KEY` to the same value for every instance; `openssl rand -base64 32` creates one.',
  repetition: 'after-change',
});
