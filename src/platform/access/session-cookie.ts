import type { FastifyRequest } from 'fastify';
import { formatCookie, readCookie } from '../http/protocol/cookies.js';

const NAME = 'earmark_session';

/** RFC 6265bis, 5.6: browsers ignore a cookie whose name and value are longer together. */
const MOST_BYTES = 4_096;

/**
 * What the session of the console stands for, as an `Authorization` header has it; undefined if the call has no session. The
 * cookie holds the key or the token itself, so that nothing about sessions is stored here.
 */
export function sessionOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  if (headers.cookie === undefined) return undefined;
  const credentials = readCookie(NAME, headers);
  return credentials === undefined ? undefined : `Bearer ${credentials}`;
}

/** Whether browsers keep a cookie that holds the key or token. */
export const fitsInCookie = (credentials: string): boolean => NAME.length + credentials.length <= MOST_BYTES;

/**
 * The header that begins a session.
 * @param credentials a key or a token that was checked
 * @param maxAgeSeconds left out: until the browser is closed
 */
export function sessionCookie(
  credentials: string,
  { protocol }: Pick<FastifyRequest, 'protocol'>,
  maxAgeSeconds?: number,
): string {
  return formatCookie(NAME, credentials, {
    path: '/',
    sameSite: 'Strict',
    isSecure: protocol === 'https',
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  });
}

/** The header that ends a session. */
export const endedSession = (request: Pick<FastifyRequest, 'protocol'>): string =>
  sessionCookie('', request, 0);
