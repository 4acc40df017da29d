import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { finished } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { packageJson } from '../../platform/config/package-json.js';
import { AddressGuard } from './address-guard.js';

/** How long a receiver may take to answer, from the resolution of its name on. */
export const SEND_MS = 15_000;
/** The token under which that is injected. */
export const SEND_LIMIT = Symbol('milliseconds that a receiver may take');

/** Bytes of an answer that are read, so that the connection can be used again; a longer one ends the connection. */
const MOST_ANSWER_BYTES = 16 * 1_024;
/** How long a connection is kept open for the next event. */
const IDLE_MS = 30_000;

/** What a receiver has answered. */
export interface ReceiverAnswer {
  readonly status: number;
  /** What its `Retry-After` asks for, in milliseconds; 0 without one. */
  readonly retryAfterMs: number;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Posts a body to a receiver. It follows no redirect, and connects to checked addresses only. */
@Injectable()
export class WebhookClient implements OnApplicationShutdown {
  readonly #guard: AddressGuard;
  readonly #limitMs: number;
  readonly #agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  readonly #userAgent = `Earmark/${packageJson().version} (webhooks)`;

  constructor(guard: AddressGuard, @Inject(SEND_LIMIT) limitMs: number) {
    this.#guard = guard;
    this.#limitMs = limitMs;
    const options = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 16 };
    this.#agents = {
      'http:': new http.Agent({ ...options, lookup: guard.lookupFor(false) }),
      'https:': new https.Agent({ ...options, lookup: guard.lookupFor(true) }),
    };
  }

  /**
   * Resolves with any answer of the receiver, a refusal as well. Its body does not matter, and is not waited for.
   * @param signal ends it early
   * @throws {AddressRefused} if the address may not be called
   * @throws any error of the connection, or that the time is up
   */
  async post({ url: text, headers, body }: WebhookRequest, signal: AbortSignal): Promise<ReceiverAnswer> {
    const url = this.#guard.parse(text);
    const isEncrypted = url.protocol === 'https:';
    // An address needs no lookup when a connection is made, so the guard would not be asked.
    if (isIP(url.hostname.replace(/^\[|\]$/g, ''))) await this.#guard.addressesOf(url.hostname, isEncrypted);
    const response = await this.#inTime(signal, (limited) => this.#request(url, headers, body, limited));
    const { statusCode, headers: answered } = response;
    return { status: statusCode!, retryAfterMs: retryAfterMs(answered['retry-after'], new Date()) };
  }

  onApplicationShutdown(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  /** Ends the request, and the body of the answer as well, when the time is up. */
  async #inTime(
    signal: AbortSignal,
    request: (limited: AbortSignal) => Promise<IncomingMessage>,
  ): Promise<IncomingMessage> {
    const end = new AbortController();
    const abort = () => end.abort();
    const timer = setTimeout(abort, this.#limitMs);
    // By hand: `AbortSignal.any` would leave something behind at the signal, which lives as long as the process.
    signal.addEventListener('abort', abort);
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    try {
      const response = await request(end.signal);
      finished(response, over);
      return response;
    } catch (error) {
      over();
      const isLate = end.signal.aborted && !signal.aborted;
      throw isLate ? new Error(`no answer within ${this.#limitMs / 1_000} s`) : error;
    }
  }

  async #request(
    url: URL,
    headers: WebhookRequest['headers'],
    body: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { request } = url.protocol === 'https:' ? https : http;
    const length = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const outgoing = request(url, {
        method: 'POST',
        agent: this.#agents[url.protocol as 'http:' | 'https:'],
        headers: { ...headers, 'user-agent': this.#userAgent, 'content-length': length },
        signal,
      });
      outgoing.on('response', (response) => {
        discard(response);
        resolve(response);
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The receiver closed an idle connection just when it was used again: nothing of the request has been looked at.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) {
          this.#request(url, headers, body, signal).then(resolve, reject);
        } else reject(error);
      });
      outgoing.end(body);
    });
  }
}

/** Reads a bounded part of the body, so that the connection is free again, and keeps nothing of it. */
function discard(response: IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) response.destroy();
  });
}

/** RFC 9110, 10.2.3: seconds, or a date. What is neither counts as nothing. */
export function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}
