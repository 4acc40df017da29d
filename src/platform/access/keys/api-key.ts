import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** The prefix lets a scanner for leaked secrets recognise a key. */
const FORM = /^earmark_([0-9a-f]{16})_([0-9a-f]{64})$/;

/** `earmark_<id>_<secret>`: the id is public and finds the key, the secret proves it. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

export function newApiKey(): ApiKey {
  return { id: randomBytes(ID_BYTES).toString('hex'), secret: randomBytes(SECRET_BYTES).toString('hex') };
}

export function formatApiKey({ id, secret }: ApiKey): string {
  return `earmark_${id}_${secret}`;
}

/** @returns null if the text is not an API key */
export function parseApiKey(text: string): ApiKey | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/**
 * What is stored of a secret. A slow, salted hash protects passwords, which can be guessed. Secrets are 256 random bits:
 * nobody guesses them, no two are alike, and SHA-256 costs a call 3 µs, not 100 ms.
 */
export function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Compares in constant time, which reveals nothing about the hash. */
export function isSecretOf(secret: string, stored: Buffer): boolean {
  const given = hashOf(secret);
  return given.length === stored.length && timingSafeEqual(given, stored);
}

/** RFC 6750, 2.1: the scheme in any case, one space or more, then the token; nothing behind it. */
const BEARER = /^Bearer +([\w\-.~+/]+=*)$/i;

/** The token of an `Authorization` header; null if there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  return BEARER.exec(authorization ?? '')?.[1] ?? null;
}
