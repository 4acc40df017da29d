import type { FastifyInstance } from 'fastify';
import { Problem, TOO_MANY_VALUES } from '../problems/problem.js';

/**
 * Commas and openings that stand outside of texts. There are no more than two for each of the values that
 * `RequestValidationPipe` lets pass; it counts them exactly, but only once they are read, and 64 KiB of small members
 * take 10 ms to read: a hundred times of what it takes to count.
 */
const MOST_MARKS = 2_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A small body may unpack to any size. RFC 9110, 12.5.3: the header says which codings would do. */
export const ENCODED = new Problem(
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
    if (holdsMoreMarks(body)) {
      done(TOO_MANY_VALUES);
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

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, OPEN_OBJECT] = [...Buffer.from('"\\,[{')];

function holdsMoreMarks(body: Buffer): boolean {
  if (body.length <= MOST_MARKS) return false;
  let marks = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfText(body, at);
    else if ((byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) && ++marks > MOST_MARKS)
      return true;
  }
  return false;
}

/** Where the text ends that begins here; the end of the body if it does not. */
function endOfText(body: Buffer, begin: number): number {
  for (let at = begin + 1; at < body.length; at++) {
    if (body[at] === BACKSLASH) at++;
    else if (body[at] === QUOTE) return at;
  }
  return body.length;
}
