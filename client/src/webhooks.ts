import type { EarmarkEvent } from './event-feed.js';

/** What a webhook of the format `standard` posts: the event and, as `timestamp`, its time. */
export type WebhookEvent = EarmarkEvent & { readonly timestamp: string };

export interface VerifyOptions {
  /** How far the clocks of both sides may be apart, in seconds: what is older is refused as a repetition. Default: 300. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Of a request: `Headers`, or an object as Node's `request.headers`. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The call is not from the service, or is older than the tolerance: answer 400 and do not use its body. */
export class InvalidWebhook extends Error {
  static {
    this.prototype.name = 'InvalidWebhook';
  }
}

const TOLERANCE_SECONDS = 300;
const PREFIX = 'whsec_';

/**
 * Verifies a call of a webhook as Standard Webhooks says, and reads its body.
 *
 * @param secrets as `POST /v1/webhooks` has shown it, or several while one is replaced
 * @param body as it came, before anything has parsed it
 * @returns the event; for the format `cloudevents`, give the type of what you read
 * @throws {InvalidWebhook}
 */
export async function verifyWebhook<Body = WebhookEvent>(
  secrets: string | readonly string[],
  headers: WebhookHeaders,
  body: string | Uint8Array,
  { toleranceSeconds = TOLERANCE_SECONDS, now = Date.now() }: VerifyOptions = {},
): Promise<Body> {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  ) as [string, string, string];
  if (!/^\d{1,15}$/.test(timestamp)) throw new InvalidWebhook('The header webhook-timestamp is not a time.');
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new InvalidWebhook(`The call is not of the last ${toleranceSeconds} seconds.`);

  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const keys = await Promise.all([secrets].flat().map(keyOf));
  for (const signature of signaturesIn(signatures)) {
    for (const key of keys) {
      // Takes the same time however much of the signature is right.
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return read(bytes) as Body;
    }
  }
  throw new InvalidWebhook('No signature of the call was made with this secret.');
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidWebhook(`The header ${name} is missing.`);
}

/** Those of version 1, which are symmetric. */
function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
  return header
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .flatMap((each) => bytesOf(each.slice('v1,'.length)) ?? []);
}

/** @throws {TypeError} which does not quote the secret */
function keyOf(secret: string) {
  const bytes = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : undefined;
  if (!bytes || bytes.length === 0) throw new TypeError(`A secret is ${PREFIX} and Base64.`);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** @returns undefined if it is not Base64 */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

function read(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
}
