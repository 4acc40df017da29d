import { REPETITIONS, type ProblemPage } from './problem-page.js';

/** A problem for programs. */
export function problemAsJson(page: ProblemPage): object {
  const { repetition, calls, ofAnyRequest, example } = page;
  return {
    ...summaryOf(page),
    mayBeRepeated: REPETITIONS[repetition],
    calls: calls.map(({ method, path, summary }) => ({ method, path, summary })),
    ofAnyRequest,
    example,
  };
}

/** All of them, without their calls and examples. */
export const problemsAsJson = (pages: Iterable<ProblemPage>): object => ({
  items: [...pages].map(summaryOf),
});

function summaryOf({ type, code, title, statuses, meaning, action, repetition }: ProblemPage): object {
  return { type, code, title, statuses, meaning, action, repetition };
}
