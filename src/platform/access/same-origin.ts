import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.js';
import { SAFE_METHODS } from '../http/protocol/allowed-methods.js';
import type { Problem } from '../http/problems/problem.js';
import { CROSS_ORIGIN, CROSS_ORIGIN_COOKIE, MISDIRECTED } from './callers/refusals.js';

/** RFC 9110, 7.2: a name or an address, in brackets if it is IPv6, with or without a port. */
const HOST = /^(?:\[([\da-f:.]+)\]|([^[\]:]+))(?::\d{1,5})?$/i;

/**
 * Rejects calls that a web page may have made, while access control is off.
 *
 * Until then only calls from this machine are accepted, and any page in a browser on this machine can make calls. A page
 * whose host name resolves to 127.0.0.1 (DNS rebinding) could even read the answers, but its calls carry that name as
 * `Host`; and a call from a page to another site carries its `Origin`.
 */
export function rejectCrossOrigin({ method, headers }: FastifyRequest): Problem | undefined {
  const { host, origin } = headers;
  // HTTP/1.0 may omit it. No browser does.
  if (host !== undefined && !isThisMachine(host)) return MISDIRECTED;
  if (origin !== undefined && !SAFE_METHODS.has(method) && !isOfHost(origin, host)) return CROSS_ORIGIN;
  return undefined;
}

/**
 * Rejects calls with the cookie of the console that a page of another origin may have made. Browsers do not send a cookie with
 * `SameSite=Strict` for another *site*, but ports and subdomains of one host are the same site, and old browsers know neither.
 * A change must show that it comes from here; a read is left alone unless the browser says that it comes from elsewhere.
 */
export function rejectCrossOriginCookie({
  method,
  headers,
  host,
}: Pick<FastifyRequest, 'method' | 'headers' | 'host'>): Problem | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOurs = SAFE_METHODS.has(method)
    ? site !== 'cross-site'
    : origin === undefined
      ? site === 'same-origin'
      : isOfHost(origin, host);
  return isOurs ? undefined : CROSS_ORIGIN_COOKIE;
}

/** The last loopback host: callers use the same one again and again. */
let lastLoopback = 'localhost';

function isThisMachine(host: string): boolean {
  if (host === lastLoopback) return true;
  const [, ipv6, other = ''] = HOST.exec(host) ?? [];
  if (!isLoopback(ipv6 ?? other.toLowerCase())) return false;
  lastLoopback = host;
  return true;
}

/**
 * Whether a page comes from the host that it calls. A hidden origin is the text `null`, which is no URL. The protocols are not
 * compared: one that ends TLS in front may not say so.
 */
function isOfHost(origin: string, host = ''): boolean {
  const called = `${origin.startsWith('https:') ? 'https' : 'http'}://${host}`;
  return URL.canParse(origin) && URL.canParse(called) && new URL(origin).host === new URL(called).host;
}
