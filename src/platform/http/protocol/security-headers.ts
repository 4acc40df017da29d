import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * What a browser may do with an answer: nothing but hand it to who has asked for it on the same site. No
 * `Strict-Transport-Security`: browsers take it over TLS only (RFC 6797, 8.1), there is none in here, and whether all
 * of a name is behind TLS is known to whatever ends it.
 */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** An answer is of this moment, and for whoever has asked. */
const OF_AN_ANSWER = { ...SECURITY_HEADERS, 'cache-control': 'no-store' };

/**
 * The page to call the API from loads and calls this service alone. Its images are in its own style sheet; its inline
 * styles are set by its script and not by the page, which the policy lets pass.
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

/** Every answer has them, unless its route sets one of its own. */
export function sendSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ url }, reply, done) => {
    reply.headers(url.startsWith('/docs') && /^\/docs(?![^/?])/.test(url) ? OF_THE_PAGE : OF_AN_ANSWER);
    done();
  });
}

/** For what is refused before any hook is asked. */
export function withSecurityHeaders(reply: FastifyReply): FastifyReply {
  return reply.headers(OF_AN_ANSWER);
}
