import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.js';
import { SAFE_METHODS } from '../http/protocol/allowed-methods.js';
import type { Problem } from '../http/problems/problem.js';
import { CROSS_ORIGIN, MISDIRECTED } from './callers/refusals.js';

/** RFC 9110, 7.2: a name or an address, in brackets where it is one of IPv6, and a port or none. */
const HOST = /^(?:\[([\da-f:.]+)\]|([^[\]:]+))(?::\d{1,5})?$/i;

/**
 * Why a call may have been made by a web page and not by whoever sits at this machine; undefined where it was not.
 *
 * As long as nobody is asked who they are, being on this machine is what lets a call in, and every page in a browser
 * on this machine could have calls made from it. One that has its own name resolve to 127.0.0.1 could read the answers
 * as well, but its calls carry that name; and what a page sends to another site carries where it comes from.
 */
export function rejectCrossOrigin({ method, headers }: FastifyRequest): Problem | undefined {
  const { host, origin } = headers;
  // HTTP/1.0 may do without. No browser does.
  if (host !== undefined && !isHere(host)) return MISDIRECTED;
  if (origin !== undefined && !SAFE_METHODS.has(method) && !isOfHost(origin, host)) return CROSS_ORIGIN;
  return undefined;
}

/** The last one that was found to be here: callers name one again and again. */
let lastHere = 'localhost';

function isHere(host: string): boolean {
  if (host === lastHere) return true;
  const [, ipv6, other = ''] = HOST.exec(host) ?? [];
  if (!isLoopback(ipv6 ?? other.toLowerCase())) return false;
  lastHere = host;
  return true;
}

/** Whether a page comes from the host that it calls. An origin that is not told is `null`, and no address. */
function isOfHost(origin: string, host = ''): boolean {
  const called = `http://${host}`;
  return URL.canParse(origin) && URL.canParse(called) && new URL(origin).host === new URL(called).host;
}
