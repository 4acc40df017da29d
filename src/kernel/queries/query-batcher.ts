import { Lane } from '../unit-of-work/lane.js';
import { isConnectionLoss } from '../postgres/retry.js';

/** Questions that may wait; more are refused with `Busy`. */
const CAPACITY = 5_000;
/** Questions that share a statement at most. */
const GROUP_SIZE = 128;
/** How long it may go on without giving way to other work. */
const LONGEST_RUN_MS = 5;
/** Answers between two looks at the clock. */
const LOOK_EVERY = 8;

interface Asked<Question, Answer> {
  readonly question: Question;
  readonly settle: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers queries of one kind with one statement for all that arrived while the one before was under way: under load, a
 * statement costs more than what it finds. A query that arrives alone is answered at once.
 */
export class QueryBatcher<Question, Answer> {
  readonly #lane: Lane<Asked<Question, Answer>>;

  /**
   * @param answerAll resolves with the answers by the indexes of their questions; a question may have none
   * @param nameOf the same for equal questions: only one of them is asked
   */
  constructor(
    answerAll: (questions: readonly Question[]) => Promise<ReadonlyMap<number, Answer>>,
    nameOf: (question: Question) => unknown = () => Symbol(),
  ) {
    const process = async (group: Asked<Question, Answer>[]) => {
      try {
        const distinct = new Map<unknown, Question>();
        const names = group.map(({ question }) => {
          const name = nameOf(question);
          if (!distinct.has(name)) distinct.set(name, question);
          return name;
        });
        const answers = await answerAll([...distinct.values()]);
        const byName = new Map([...distinct.keys()].map((name, index) => [name, answers.get(index)]));
        let since = performance.now();
        for (const [at, { settle }] of group.entries()) {
          settle(byName.get(names[at]));
          // What callers do with large answers, one after the other, would block the event loop.
          if (at % LOOK_EVERY !== LOOK_EVERY - 1) continue;
          await Promise.resolve();
          if (performance.now() - since < LONGEST_RUN_MS) continue;
          await new Promise((resolve) => setImmediate(resolve));
          since = performance.now();
        }
      } catch (error) {
        // The groups that wait would fail in the same way, one after the other.
        const waiting = isConnectionLoss(error) ? this.#lane.takeWaiting() : [];
        for (const { reject } of [...group, ...waiting]) reject(error);
      }
    };
    this.#lane = new Lane(process, { capacity: CAPACITY, groupSize: GROUP_SIZE });
  }

  /** @throws {Busy} if too many questions wait already */
  load(question: Question): Promise<Answer | undefined> {
    return new Promise((settle, reject) => this.#lane.push({ question, settle, reject }));
  }
}

/** The rows by their `place`, which PostgreSQL's `with ordinality` counts from 1. */
export function byOrdinal<Row extends { readonly place: number }>(
  rows: readonly Row[],
): Map<number, Omit<Row, 'place'>> {
  return new Map(rows.map(({ place, ...answer }) => [place - 1, answer]));
}
