import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../problems/problem.js';
import { extendRouteConfig } from './route-config.js';

/**
 * The strong entity tag of a version: `"7"`. A batch becomes overdue when a day passes, without a new version, so the tag
 * carries the number of overdue dates: `"7-overdue-1"`. To `If-Match` both are version 7.
 * @param overdue how many of the dates in the answer have passed
 */
export const etagOf = (version: number | string, overdue = 0): string =>
  overdue === 0 ? `"${version}"` : `"${version}-overdue-${overdue}"`;

// RFC 9110, 8.8.3: an entity tag is any visible characters except the quote, in quotes.
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/.source;
const TAGS = new RegExp(TAG, 'g');
const LIST = new RegExp(`^[ \\t,]*(?:${TAG}[ \\t]*(?:,[ \\t,]*|$))+$`);

const tagSchema = (example: string) => ({
  type: 'string',
  // Less than RFC 9110 allows: the tags of this service, and what proxies make of them.
  pattern: '^\\*$|^(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*$',
  example,
});

/** The `headers` of a response with an entity tag, for the API document. */
export const ETAG_HEADER = {
  ETag: {
    description: 'The version, for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', example: '"7"' },
  },
} as const;

/**
 * The entity tags that an `If-Match` accepts, without quotes; undefined if it accepts any. A weak tag (`W/"7"`) and one
 * with the suffix of an encoding (`"7-gzip"`) count as ours: proxies that compress an answer turn our tags into these.
 * @throws {ValidationFailed} if the header cannot be read
 */
export function seenTags(ifMatch: string | undefined): readonly string[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  if (!LIST.test(ifMatch)) {
    throw new ValidationFailed([{ field: 'If-Match', message: messageFor(ifMatch) }]);
  }
  return opaqueTags(ifMatch).map((tag) => tag.replace(/-overdue-\d+$/, ''));
}

/**
 * The versions that an `If-Match` accepts; undefined if it accepts any. A tag that is not ours matches no version.
 * @throws {ValidationFailed} if the header cannot be read
 */
export function seenVersions(ifMatch: string | undefined): readonly number[] | undefined {
  return seenTags(ifMatch)?.flatMap((tag) => {
    const version = Number(tag);
    return Number.isSafeInteger(version) && String(version) === tag ? [version] : [];
  });
}

function messageFor(ifMatch: string): string {
  const rule = 'If-Match must be * or a list of entity tags such as "7".';
  return ifMatch.includes('"') ? rule : `${rule} An entity tag stands in double quotes.`;
}

/** The tags of a list, without `W/`, quotes and what a proxy has added. */
function opaqueTags(list: string): string[] {
  return (list.match(TAGS) ?? []).map((tag) =>
    tag.slice(tag.indexOf('"') + 1, -1).replace(/(?:--?|;)(?:gzip|br|deflate|zstd)$/, ''),
  );
}

const header = ApiHeader({
  name: 'If-Match',
  required: false,
  description:
    'Change something only if the current version is one of these: the `ETag` of an answer with its quotes, several ' +
    'of them separated by commas, or `*` for any version. A weak tag, which some proxies send, counts as the strong ' +
    'one.',
  schema: tagSchema('"7"'),
});

/** A handler parameter that is read from `If-Match`; the route accepts that header and the API document names it. */
const ifMatchReadBy = <T>(read: (ifMatch: string | undefined) => T) =>
  createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      read(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
    [
      (target, method) => {
        const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
        if (method === undefined || descriptor === undefined) return;
        applyDecorators(header, extendRouteConfig({ takesIfMatch: true }))(target, method, descriptor);
      },
    ],
  );

/** The handler parameter that holds `seenVersions` of the request. */
export const IfMatch = ifMatchReadBy(seenVersions);

/** The handler parameter that holds `seenTags` of the request. */
export const IfMatchTags = ifMatchReadBy(seenTags);

/**
 * The handler parameter that says whether the call may only create: `If-None-Match: *`. Other values of the header are
 * rejected, since a change that depends on what is *not* there needs no tags.
 */
export const IfNoneMatchAny = createParamDecorator(
  (_: unknown, context: ExecutionContext) => {
    const given = context.switchToHttp().getRequest<FastifyRequest>().headers['if-none-match'];
    if (given === undefined) return false;
    if (given.trim() === '*') return true;
    throw new ValidationFailed([
      { field: 'If-None-Match', message: 'If-None-Match must be * for this call.' },
    ]);
  },
  [
    (target, method) => {
      const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
      if (method === undefined || descriptor === undefined) return;
      applyDecorators(
        extendRouteConfig({ takesIfNoneMatch: true }),
        ApiHeader({
          name: 'If-None-Match',
          required: false,
          description: '`*`: create the order only if it does not exist; otherwise the answer is 412.',
          schema: { type: 'string', enum: ['*'] },
        }),
      )(target, method, descriptor);
    },
  ],
);

/** Describes in the API document what `answerNotModified` does for a route that answers with an entity tag. */
export const ApiNotModified = (): MethodDecorator =>
  applyDecorators(
    extendRouteConfig({ takesIfNoneMatch: true }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description:
        '`ETag`s of versions that you have. If the current version is one of them, the answer is 304 without a body.',
      schema: tagSchema('"7"'),
    }),
    ApiResponse({
      status: 304,
      description: 'The caller has the current version',
      headers: ETAG_HEADER,
    }),
  );

/** Answers 304 to a read whose entity tag the caller has already. */
export function answerNotModified(fastify: FastifyInstance): void {
  fastify.addHook('onSend', ({ method, headers }, reply, payload, done) => {
    const seen = headers['if-none-match'];
    if (seen === undefined) return done(null, payload);
    const isRead = method === 'GET' || method === 'HEAD';
    const etag = reply.getHeader('etag');
    // A stream comes from a file, and what serves files has checked this already.
    const isOurs = (typeof payload === 'string' || Buffer.isBuffer(payload)) && typeof etag === 'string';
    if (!isRead || reply.statusCode !== 200 || !isOurs || !matchesTag(etag, seen)) return done(null, payload);
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // Of a HEAD answer Fastify sends the length only.
    done(null, method === 'HEAD' ? payload : null);
  });
}

/** RFC 9110, 13.1.2: the comparison is weak. A header that cannot be read matches nothing and is no error. */
export function matchesTag(etag: string, ifNoneMatch: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return LIST.test(ifNoneMatch) && opaqueTags(ifNoneMatch).includes(opaqueTags(etag)[0]!);
}
