import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ValidationFailed } from './problem.js';

/** The strong entity tag of a version: `"7"`. */
export const etagOf = (version: number): string => `"${version}"`;

/** The `headers` of a response in the API document that carries one. */
export const ETAG_HEADER = {
  ETag: {
    description: 'The version, for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', example: '"7"' },
  },
} as const;

// RFC 9110, 8.8.3: an entity tag is any visible characters but the quote, in quotes.
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/.source;
const TAGS = new RegExp(TAG, 'g');
const LIST = new RegExp(`^[ \\t,]*(?:${TAG}[ \\t]*(?:,[ \\t,]*|$))+$`);

/**
 * The versions that an `If-Match` lets pass; undefined where it lets pass any. A tag that is none of ours, a weak
 * one among them, matches no version, so that a list of such is empty.
 *
 * @throws ValidationFailed where the header cannot be read
 */
export function seenVersions(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  if (!LIST.test(ifMatch)) {
    throw new ValidationFailed([
      { field: 'If-Match', message: 'If-Match must be * or a list of entity tags such as "7".' },
    ]);
  }
  return [...ifMatch.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag = '']) => {
    const version = Number(tag);
    return weak === undefined && Number.isSafeInteger(version) && String(version) === tag ? [version] : [];
  });
}

const header = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'Go on only if the version is still this one.',
  schema: { type: 'string', example: '"7"' },
});

/** The parameter of a handler that holds `seenVersions` of the request. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    seenVersions(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
  [
    (target, method) => {
      const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
      if (method !== undefined && descriptor !== undefined) header(target, method, descriptor);
    },
  ],
);

/** Names in the API document what `answerNotModified` does for a route that answers with an entity tag. */
export const ApiNotModified = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'Answer with 304 and no body if the version is still one of these.',
      schema: { type: 'string', example: '"7"' },
    }),
    ApiResponse({
      status: 304,
      description: 'The version that the caller has is the one that stands',
      headers: ETAG_HEADER,
    }),
  );

/** Spares whoever has an answer already the same one again: whatever is read and has an entity tag is known by it. */
export function answerNotModified(fastify: FastifyInstance): void {
  fastify.addHook('onSend', ({ method, headers }, reply, payload, done) => {
    const seen = headers['if-none-match'];
    const isRead = method === 'GET' || method === 'HEAD';
    const etag = reply.getHeader('etag');
    // Files are streams, and whoever serves them has asked already.
    const isOurs = typeof payload === 'string' && typeof etag === 'string';
    if (seen === undefined || !isRead || reply.statusCode !== 200 || !isOurs || !isKnown(etag, seen)) {
      done(null, payload);
      return;
    }
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // Of the answer to HEAD Fastify tells the length, and leaves it out.
    done(null, method === 'HEAD' ? payload : null);
  });
}

/** RFC 9110, 13.1.2: compared weakly. A header that cannot be read names nothing, and is no reason to refuse an answer. */
function isKnown(etag: string, ifNoneMatch: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = (tag: string) => tag.replace(/^W\//, '');
  return LIST.test(ifNoneMatch) && (ifNoneMatch.match(TAGS) ?? []).map(opaque).includes(opaque(etag));
}
