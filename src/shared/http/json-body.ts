import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A small body may unpack to any size. RFC 9110, 12.5.3: the header says which codings would do. */
const ENCODED = new Problem(
  415,
  'unsupported-content-encoding',
  'The body must be sent as it is, without a Content-Encoding.',
  {},
  { 'accept-encoding': 'identity' },
);

/** JSON in UTF-8 is the only body there is; any other is refused with 415, broken JSON with 400. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding !== '' && coding !== 'identity') {
      done(ENCODED);
      return;
    }
    let value: unknown;
    try {
      value = parse(body);
    } catch (error) {
      const reason = error instanceof SyntaxError ? error.message : 'it is not UTF-8';
      done(new Problem(400, 'malformed-json', `The body is not JSON: ${reason}.`));
      return;
    }
    done(null, value);
  });
}

/** No body is none, whatever its type is said to be: many clients announce JSON with every call, DELETE too. */
function parse(body: Buffer): unknown {
  return body.length === 0 ? undefined : JSON.parse(utf8.decode(body));
}
