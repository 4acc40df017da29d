import { explainProblem, type ProblemText } from '../../../kernel/domain/problem-texts.js';

interface FrameworkProblem {
  readonly code: string;
  /** Ours: the framework's messages may carry what belongs on the server only. */
  readonly detail: string;
  /** Left out if an error of ours has the same code, beside which it stands. */
  readonly text?: ProblemText;
}

/** What the framework rejects, by status. A status that it should not have is our fault. */
export const FRAMEWORK_PROBLEMS: Readonly<Partial<Record<number, FrameworkProblem>>> & {
  readonly 500: FrameworkProblem;
} = {
  400: {
    code: 'bad-request',
    detail: 'Malformed request or badly encoded URL.',
    text: {
      meaning: 'The request cannot be read: its first line, a header or the encoding of its URL is wrong.',
      action:
        'Write the request with an HTTP client library, and percent-encode references, SKUs and order ids in paths.',
      repetition: 'after-change',
    },
  },
  401: {
    code: 'unauthenticated',
    detail: 'The request has no valid credentials.',
  },
  403: {
    code: 'forbidden',
    detail: 'The caller may not do this.',
  },
  404: {
    code: 'not-found',
    detail: 'There is nothing at this URL.',
    text: {
      meaning: 'There is no call at this URL.',
      action: 'Check the path: the API document lists all of them.',
      repetition: 'after-change',
    },
  },
  405: {
    code: 'method-not-allowed',
    detail: 'This URL does not support this method.',
    text: {
      meaning: 'The URL exists, but does not support this method.',
      action: 'Use a method that the header `Allow` names.',
      repetition: 'after-change',
    },
  },
  406: {
    code: 'not-acceptable',
    detail: 'The answer has no media type that the request accepts.',
    text: {
      meaning: 'The answer has no media type that the header `Accept` allows.',
      action: 'Leave `Accept` out, or accept `application/json`.',
      repetition: 'after-change',
    },
  },
  408: {
    code: 'request-timeout',
    detail: 'The request took too long to arrive.',
    text: {
      meaning: 'The request did not arrive completely in time, and was not applied.',
      action: 'Send it again, over a faster connection or with a smaller body.',
      repetition: 'later',
    },
  },
  412: {
    code: 'precondition-failed',
    detail: 'The resource does not meet the condition of the request.',
    text: {
      meaning:
        'A condition in the headers of the request, such as `If-Unmodified-Since` or `If-Match`, is not ' +
        'met or not supported by this call. Nothing has changed.',
      action: 'Leave the condition out, or use `If-Match` with the `ETag` of a call that has one.',
      repetition: 'after-change',
    },
  },
  413: {
    code: 'payload-too-large',
    detail: 'The body is larger than the limit of this call.',
  },
  414: {
    code: 'uri-too-long',
    detail: 'The URL is too long.',
    text: {
      meaning: 'The URL is longer than the service reads.',
      action: 'Send fewer or shorter parameters.',
      repetition: 'after-change',
    },
  },
  415: {
    code: 'unsupported-media-type',
    detail: 'The body must be application/json.',
    text: {
      meaning: 'The body has a media type that this call does not accept.',
      action: 'Send JSON, with `Content-Type: application/json`.',
      repetition: 'after-change',
    },
  },
  416: {
    code: 'range-not-satisfiable',
    detail: 'The resource is shorter than the requested range.',
    text: {
      meaning: 'The answer is shorter than the `Range` that was asked for.',
      action: 'Leave `Range` out.',
      repetition: 'after-change',
    },
  },
  417: {
    code: 'expectation-failed',
    detail: 'The only supported expectation is 100-continue.',
    text: {
      meaning: 'The header `Expect` asks for something that the service does not do.',
      action: 'Leave `Expect` out, or send `100-continue`.',
      repetition: 'after-change',
    },
  },
  431: {
    code: 'headers-too-large',
    detail: 'The headers are too large.',
    text: {
      meaning: 'The headers of the request are larger than the service reads.',
      action: 'Send fewer or shorter headers; only the console needs a cookie.',
      repetition: 'after-change',
    },
  },
  503: {
    code: 'unavailable',
    detail: 'The service is unavailable; retry shortly.',
    text: {
      meaning:
        'The service cannot take the request at the moment: it has too many connections, or is about to ' +
        'stop. The request was not applied.',
      action: 'Repeat it after the seconds in `Retry-After`.',
      repetition: 'later',
    },
  },
  500: {
    code: 'internal-error',
    detail: 'An internal error occurred.',
    text: {
      meaning:
        'The service has a fault. Its log has more details, at the time of the request and with its path.',
      action: 'Check whether the request had its effect before you repeat it, and report the fault.',
      repetition: 'look-first',
    },
  },
};

for (const { code, text } of Object.values(FRAMEWORK_PROBLEMS) as FrameworkProblem[])
  if (text) explainProblem(code, text);
