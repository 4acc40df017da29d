import { isSafeToRepeat, isSafeToRepeatBlindly, type Call } from './call.js';
import { EarmarkUnexpectedAnswer, isProblemDocument, type EarmarkError } from './errors.js';
import { OTHER_ANSWERS } from './generated/api.gen.js';

/** What came of an attempt. */
export interface Outcome {
  /** What the caller gets of it: an answer of the service, or an error. */
  readonly result: Response | EarmarkError;
  /** Whether another attempt may do better, and is allowed. */
  readonly mayRepeat: boolean;
  /** Of the answer, which can name the time of the next attempt. */
  readonly headers?: Headers;
}

/** Proxies answer with these for a service that they cannot reach, or that broke off. */
const OF_PROXIES = [502, 503, 504];
const WITHOUT_BODY = [204, 205, 304];

/** Reads an answer to its end, so that one that breaks off is noticed. */
export async function judge(response: Response, call: Call): Promise<Outcome> {
  const text = await response.text();
  const { status, headers } = response;
  const document = isJson(response) ? parsed(text) : undefined;
  if (status === 304 || response.ok) {
    const isBroken = isJson(response) && text !== '' && document === undefined;
    const error = isBroken ? unexpected(response, call, 'its body is not JSON') : expected(response, call);
    return { result: error ?? inMemory(response, text), mayRepeat: false };
  }
  if (isProblemDocument(document)) {
    const mayRepeat =
      status === 429 || (status === 503 && headers.has('retry-after') && isSafeToRepeat(call));
    return { result: inMemory(response, text), mayRepeat, headers };
  }
  const isRedirect = status === 0 || (status >= 300 && status < 400);
  const what = isRedirect
    ? 'redirects are not followed, so that the key goes nowhere else'
    : 'it is no problem document of the service';
  const mayRepeat = status === 429 || (OF_PROXIES.includes(status) && isSafeToRepeatBlindly(call));
  return { result: unexpected(response, call, what), mayRepeat, headers };
}

/** @returns the error if a good answer has a type that the call does not answer with */
export function expected(response: Response, call: Call): EarmarkUnexpectedAnswer | undefined {
  if (WITHOUT_BODY.includes(response.status) || isJson(response)) return undefined;
  const type = mediaType(response);
  if (type !== undefined && OTHER_ANSWERS[call.name]?.includes(type)) return undefined;
  return unexpected(response, call, 'the service does not answer this call with such a type');
}

/** The same answer once more, after its body was read. */
function inMemory({ status, headers }: Response, text: string): Response {
  return new Response(WITHOUT_BODY.includes(status) ? null : text, { status, headers });
}

function unexpected({ status, headers }: Response, { name }: Call, what: string): EarmarkUnexpectedAnswer {
  const type = headers.get('content-type');
  return new EarmarkUnexpectedAnswer(name, status, type, `${type ?? 'no type'}; ${what}.`);
}

interface Message {
  readonly headers: Headers;
}

const mediaType = ({ headers }: Message): string | undefined =>
  headers.get('content-type')?.split(';', 1)[0]!.trim().toLowerCase();

export const isJson = (message: Message): boolean =>
  /^application\/(?:.+\+)?json$/.test(mediaType(message) ?? '');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
