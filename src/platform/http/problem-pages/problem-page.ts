import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_TEXTS, type ProblemText, type Repetition } from '../../../kernel/domain/problem-texts.js';
import { PROBLEM_JSON, titleOf, typeOf, type ProblemDocument } from '../problems/problem.js';

/** A call of the API document. */
interface ProblemCall {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Where the page that calls the API shows it, from its own address on. */
  readonly anchor: string;
}

/** All that is known of a problem. */
export interface ProblemPage extends ProblemText {
  readonly code: string;
  readonly type: string;
  readonly title: string;
  /** None if no call answers with it: the command line does, or an import. */
  readonly statuses: readonly number[];
  /** Those that name it in the API document, in its order. */
  readonly calls: readonly ProblemCall[];
  /** Whether any request may be answered with it, also one that is no call. */
  readonly ofAnyRequest: boolean;
  readonly example: ProblemDocument | null;
}

/** Whether the same request may be sent again, as a sentence. */
export const REPETITIONS: Readonly<Record<Repetition, string>> = {
  later: 'Yes. The same request may succeed after a moment, or after the seconds in `Retry-After`.',
  'after-change':
    'Yes, it does no harm, but the answer stays the same until you change the request, or until the state that ' +
    'caused the refusal changes.',
  'look-first':
    'Only after a check: the request may already have had its effect. Repeating a call whose id or reference you ' +
    'chose, such as that of an order, a batch, a receipt or a shipment, is safe.',
};

type Responses = Readonly<
  Record<string, { readonly content?: Readonly<Record<string, { readonly examples?: Examples }>> }>
>;
type Examples = Readonly<Record<string, { readonly value: ProblemDocument }>>;

interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly responses: Responses;
}

/** Every problem that has a text, by its code, with the calls that the document says may answer with it. */
export function problemPages({ paths, components }: OpenAPIObject): ReadonlyMap<string, ProblemPage> {
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      call: callOf(method, path, operation),
      problems: problemsIn(operation.responses),
    })),
  );
  const ofAny = problemsIn(components?.responses as Responses);
  const pages = [...PROBLEM_TEXTS].map(([code, text]): ProblemPage => {
    const type = typeOf(code);
    const isIt = (problem: ProblemDocument) => problem.type === type;
    const all = [...calls.flatMap(({ problems }) => problems), ...ofAny].filter(isIt);
    return {
      code,
      type,
      title: titleOf(code),
      statuses: [...new Set(all.map(({ status }) => status))].sort((a, b) => a - b),
      ...text,
      calls: calls.filter(({ problems }) => problems.some(isIt)).map(({ call }) => call),
      ofAnyRequest: ofAny.some(isIt),
      example: all[0] ?? null,
    };
  });
  return new Map(pages.sort((a, b) => (a.code < b.code ? -1 : 1)).map((page) => [page.code, page]));
}

const callOf = (
  method: string,
  path: string,
  { operationId, tags = [], summary }: Operation,
): ProblemCall => ({
  method: method.toUpperCase(),
  path,
  summary: summary ?? '',
  anchor: `#/${[tags[0] ?? 'default', operationId].map(encodeURIComponent).join('/')}`,
});

/** The examples in responses; those that only refer to a response of the document have none. */
function problemsIn(responses: Responses = {}): ProblemDocument[] {
  return Object.values(responses).flatMap(({ content }) =>
    Object.values(content?.[PROBLEM_JSON]?.examples ?? {}).map(({ value }) => value),
  );
}
