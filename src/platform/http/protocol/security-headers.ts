import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * What a browser may do with an answer: nothing except give it to a page of the same site that asked for it. No
 * `Strict-Transport-Security`: browsers accept it over TLS only (RFC 6797, 8.1), and the proxy that ends TLS is the one to
 * know whether all of its host name uses it.
 */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** An answer is for now, and for this caller. */
const OF_AN_ANSWER = { ...SECURITY_HEADERS, 'cache-control': 'no-store' };

/**
 * The page at `/docs` loads and calls this service alone. Its images are in its own style sheet; its script sets the
 * inline styles, which the policy allows.
 */
const OF_THE_PAGE = {
  ...SECURITY_HEADERS,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/**
 * The console loads and calls this service alone. Its files replace `no-store`; what it
 * asks of its session keeps it.
 */
const OF_THE_CONSOLE = {
  ...OF_AN_ANSWER,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/** The pages of problems have a style sheet, and nothing else. */
const OF_A_PROBLEM_PAGE = {
  ...SECURITY_HEADERS,
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** Sets them on every answer; a route may replace them. */
export function sendSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ url }, reply, done) => {
    reply.headers(headersFor(url));
    done();
  });
}

function headersFor(url: string) {
  if (url.startsWith('/docs') && /^\/docs(?![^/?])/.test(url)) return OF_THE_PAGE;
  if (url.startsWith('/problems') && /^\/problems(?![^/?])/.test(url)) return OF_A_PROBLEM_PAGE;
  if (url.startsWith('/console') && /^\/console(?![^/?])/.test(url)) return OF_THE_CONSOLE;
  return OF_AN_ANSWER;
}

/** For requests that are rejected before any hook runs. */
export function withSecurityHeaders(reply: FastifyReply): FastifyReply {
  return reply.headers(OF_AN_ANSWER);
}
