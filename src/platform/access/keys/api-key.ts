import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** A word of its own, so that a scanner for leaked secrets can know a key when it sees one. */
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

/** null: this is no key, whatever else it is. */
export function parseApiKey(word: string): ApiKey | null {
  const [, id, secret] = FORM.exec(word) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/**
 * What is stored of a secret. A slow hash with a salt protects what people choose, because that can be guessed. These
 * are 256 bits of chance: nobody guesses them, no two are alike, and SHA-256 costs a call 3 µs, not 100 ms.
 */
export function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** In the same time whatever they differ in, so that the time tells nothing of the hash. */
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
