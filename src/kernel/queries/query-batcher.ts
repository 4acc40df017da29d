import { Lane } from '../unit-of-work/lane.js';
import { isConnectionLoss } from '../postgres/retry.js';

/** Questions that may wait; more are told at once that we are busy. */
const CAPACITY = 5_000;
/** Questions that share a statement at most. */
const GROUP_SIZE = 128;
const LONGEST_TURN_MS = 5;
/** Answers between two looks at the time. */
const LOOK_EVERY = 8;

interface Asked<Question, Answer> {
  readonly question: Question;
  readonly settle: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers questions of one kind with one statement for all that were asked while the one before was under way: under
 * load, a statement costs more than what it finds. A question that finds nobody else goes at once, alone.
 */
export class QueryBatcher<Question, Answer> {
  readonly #lane: Lane<Asked<Question, Answer>>;

  /**
   * @param nameOf the same for questions that are the same: of those one is asked
   * @param answerAll resolves with the answers by the places of their questions, where they have one
   */
  constructor(
    answerAll: (questions: readonly Question[]) => Promise<ReadonlyMap<number, Answer>>,
    nameOf: (question: Question) => unknown = () => Symbol(),
  ) {
    this.#lane = new Lane(CAPACITY, GROUP_SIZE, async (group) => {
      try {
        const distinct = new Map<unknown, Question>();
        const places = group.map(({ question }) => {
          const name = nameOf(question);
          if (!distinct.has(name)) distinct.set(name, question);
          return name;
        });
        const answers = await answerAll([...distinct.values()]);
        const byName = new Map([...distinct.keys()].map((name, place) => [name, answers.get(place)]));
        let since = performance.now();
        for (const [at, { settle }] of group.entries()) {
          settle(byName.get(places[at]));
          // What is done with large answers, one after the other, would keep everybody else from the processor.
          if (at % LOOK_EVERY !== LOOK_EVERY - 1) continue;
          await Promise.resolve();
          if (performance.now() - since < LONGEST_TURN_MS) continue;
          await new Promise((resolve) => setImmediate(resolve));
          since = performance.now();
        }
      } catch (error) {
        // Those that wait would ask the same database, one group after the other.
        const waiting = isConnectionLoss(error) ? this.#lane.takeWaiting() : [];
        for (const { reject } of [...group, ...waiting]) reject(error);
      }
    });
  }

  /** @throws {Busy} where too many wait already */
  load(question: Question): Promise<Answer | undefined> {
    return new Promise((settle, reject) => this.#lane.push({ question, settle, reject }));
  }
}

/** Of rows that carry the place of their question, counted from 1 as PostgreSQL's `with ordinality` does. */
export function byOrdinal<Row extends { readonly place: number }>(
  rows: readonly Row[],
): Map<number, Omit<Row, 'place'>> {
  return new Map(rows.map(({ place, ...answer }) => [place - 1, answer]));
}
