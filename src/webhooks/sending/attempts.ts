import { Injectable } from '@nestjs/common';
import { errorMessage } from '../../kernel/lifecycle/error-message.js';
import type { StoredSecret } from '../domain/endpoint.js';
import { CONTENT_TYPE, type Format } from '../domain/payload.js';
import { SecretKeys } from './secret-keys.js';
import { signedHeaders } from './signature.js';
import { WebhookClient } from './webhook-client.js';

/** What is sent, and where to. */
export interface Sent {
  readonly endpointId: string;
  readonly url: string;
  readonly secrets: readonly StoredSecret[];
  readonly eventId: string;
  readonly format: Format;
  readonly body: string;
}

export interface Attempt {
  /** null: there was no answer. */
  readonly status: number | null;
  /** null: the receiver has it. */
  readonly error: string | null;
  /** How long the receiver, which is too busy, wants nothing; 0: it has not said. */
  readonly retryAfterMs: number;
}

/** With these the receiver says that it is too busy. */
const TOO_BUSY = [429, 503];

/** Signs and posts an event, once. */
@Injectable()
export class Attempts {
  constructor(
    private readonly client: WebhookClient,
    private readonly secretKeys: SecretKeys,
  ) {}

  /**
   * It does not reject: that a receiver cannot be reached is a result.
   * @param signal ends it early
   */
  async make(
    { endpointId, url, secrets, eventId, format, body }: Sent,
    signal: AbortSignal,
  ): Promise<Attempt> {
    try {
      const now = new Date();
      const valid = secrets.filter(({ expiresAt }) => expiresAt === null || new Date(expiresAt) > now);
      const opened = await Promise.all(valid.map(({ sealed }) => this.secretKeys.open(endpointId, sealed)));
      const headers = { ...signedHeaders(eventId, now, body, opened), 'content-type': CONTENT_TYPE[format] };
      const { status, retryAfterMs } = await this.client.post({ url, headers, body }, signal);
      return { status, error: errorOf(status), retryAfterMs: TOO_BUSY.includes(status) ? retryAfterMs : 0 };
    } catch (error) {
      return { status: null, error: errorMessage(error), retryAfterMs: 0 };
    }
  }
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  const isRedirect = status >= 300 && status < 400;
  return `The receiver answered ${status}${isRedirect ? ': redirects are not followed' : ''}.`;
}
