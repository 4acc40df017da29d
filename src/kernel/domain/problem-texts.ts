/**
 * What comes of sending the same request again, which never does more than sending it once:
 * - `later`: it may succeed after a moment
 * - `after-change`: the answer stays the same until the request has changed, or the state for which it was refused
 * - `look-first`: it may have had its effect already; nobody knows
 */
export type Repetition = 'later' | 'after-change' | 'look-first';

/** What the page of a problem tells a person who has got it. Names stand between backticks. */
export interface ProblemText {
  /** What has happened. */
  readonly meaning: string;
  /** What the caller, or an operator, can do. */
  readonly action: string;
  readonly repetition: Repetition;
}

const texts = new Map<string, ProblemText>();

/**
 * Declares the text of a problem, once, beside the error that has its code.
 * @throws {TypeError} if another text has the code
 */
export function explainProblem(code: string, text: ProblemText): void {
  if (texts.has(code)) throw new TypeError(`The problem ${code} is explained twice.`);
  texts.set(code, text);
}

/** By code. */
export const PROBLEM_TEXTS: ReadonlyMap<string, ProblemText> = texts;
