import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from './problem.js';

/** The strong entity tag of a version: `"7"`. */
export const etagOf = (version: number): string => `"${version}"`;

/** The `headers` of a response in the API document that carries one. */
export const ETAG_HEADER = {
  ETag: { description: 'The version, for `If-Match`.', schema: { type: 'string', example: '"7"' } },
} as const;

// RFC 9110, 8.8.3: an entity tag is any visible characters but the quote, in quotes.
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/.source;
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
