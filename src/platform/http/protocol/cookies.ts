import type { IncomingHttpHeaders } from 'node:http';

interface CookieOptions {
  readonly path: string;
  readonly sameSite: 'Strict' | 'Lax';
  /** Sent back over TLS only. */
  readonly isSecure: boolean;
  /** Left out: until the browser is closed. 0 removes the cookie. */
  readonly maxAgeSeconds?: number;
}

/** The value of a cookie that the client sends; undefined if there is none. */
export function readCookie(
  name: string,
  { cookie }: Pick<IncomingHttpHeaders, 'cookie'>,
): string | undefined {
  const prefix = `${name}=`;
  const pairs = cookie?.split(';').map((pair) => pair.trim());
  return pairs?.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

/**
 * A `Set-Cookie` header. No script of a page can read the cookie.
 * @param value characters of RFC 6265, 4.1.1 only
 */
export function formatCookie(
  name: string,
  value: string,
  { path, sameSite, isSecure, maxAgeSeconds }: CookieOptions,
): string {
  return [
    `${name}=${value}`,
    `Path=${path}`,
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(isSecure ? ['Secure'] : []),
  ].join('; ');
}
