import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, TOO_MANY_VALUES } from '../problems/problem.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';

/**
 * Commas and opening brackets outside of strings: no valid body has as many; a cart of 500 items has 1,500. The pipe
 * counts values, but after parsing, and 64 KiB of small members take 10 ms to parse, a hundred times as long as to count.
 */
const MOST_MARKS = 2_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A small body may decompress to any size. RFC 9110, 12.5.3: the header names the codings that are accepted. */
export const ENCODED = new Problem(
  415,
  'unsupported-content-encoding',
  'The body must not have a Content-Encoding.',
  {},
  { 'accept-encoding': 'identity' },
);

explainProblem('unsupported-content-encoding', {
  meaning: 'The body is compressed or encoded in another way, which the service does not accept.',
  action: 'Send the body without `Content-Encoding`.',
  repetition: 'after-change',
});

export function isEncoded({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return coding !== '' && coding !== 'identity';
}

/** Accepts JSON in UTF-8 only; other bodies get 415, broken JSON gets 400. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isEncoded(request)) return done(ENCODED);
    if (holdsMoreMarks(body)) return done(TOO_MANY_VALUES);
    let value: unknown;
    try {
      // An empty body is none: many clients announce JSON with every call, DELETE too.
      value = body.length === 0 ? undefined : JSON.parse(utf8.decode(body));
    } catch (error) {
      return done(malformedJson(error instanceof SyntaxError ? error.message : 'it is not UTF-8'));
    }
    done(null, value);
  });
}

explainProblem('malformed-json', {
  meaning: 'The body is not JSON in UTF-8; `detail` says where the error is.',
  action: 'Write the JSON with a library, and send it as UTF-8.',
  repetition: 'after-change',
});

/**
 * Reads a text as the body of a call is read.
 * @throws {Problem} if it is not JSON, or holds more than the body of any call
 */
export function parseJson(text: string): unknown {
  if (text.length > MOST_MARKS && holdsMoreMarks(Buffer.from(text))) throw TOO_MANY_VALUES;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformedJson((error as SyntaxError).message);
  }
}

/** @param reason the end of a sentence */
export const malformedJson = (reason: string): Problem =>
  new Problem(400, 'malformed-json', `The body is not JSON: ${reason}.`);

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, OPEN_OBJECT] = [...Buffer.from('"\\,[{')];

function holdsMoreMarks(body: Buffer): boolean {
  if (body.length <= MOST_MARKS) return false;
  let marks = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    else if ((byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) && ++marks > MOST_MARKS)
      return true;
  }
  return false;
}

/** The end of the string that begins here, or of the body if it has none. */
function endOfString(body: Buffer, begin: number): number {
  for (let at = begin + 1; at < body.length; at++) {
    if (body[at] === BACKSLASH) at++;
    else if (body[at] === QUOTE) return at;
  }
  return body.length;
}
