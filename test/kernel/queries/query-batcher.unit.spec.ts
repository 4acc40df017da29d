import { describe, expect, it } from '@jest/globals';
import { QueryBatcher, byOrdinal } from '../../../src/kernel/queries/query-batcher.js';
import { signal } from '../../support/signal.js';

describe('the queries of a batcher', () => {
  it('run at once if they come alone, and in one statement if they had to wait', async () => {
    const statements: number[][] = [];
    const [isAsked, goOn] = [signal(), signal()];
    const doubles = new QueryBatcher(async (questions: readonly number[]) => {
      statements.push([...questions]);
      isAsked.give();
      await goOn.given;
      return new Map(questions.map((question, place) => [place, 2 * question]));
    });
    const first = doubles.load(1);
    await isAsked.given;
    const others = [2, 3, 2].map((question) => doubles.load(question));
    goOn.give();
    expect(await Promise.all([first, ...others])).toEqual([2, 4, 6, 4]);
    expect(statements).toEqual([[1], [2, 3, 2]]);
  });

  it('are run once if they are equal, and each is answered', async () => {
    const statements: string[][] = [];
    const answers = new QueryBatcher(
      (questions: readonly string[]) => {
        statements.push([...questions]);
        return Promise.resolve(
          new Map([...questions.entries()].filter(([, question]) => question !== 'unknown')),
        );
      },
      (question) => question,
    );
    const asked = ['a', 'unknown', 'b', 'a', 'unknown', 'a'].map((question) => answers.load(question));
    expect(await Promise.all(asked)).toEqual(['a', undefined, 'b', 'a', undefined, 'a']);
    expect(statements).toEqual([['a', 'unknown', 'b']]);
  });

  it('are answered each by itself: one without an answer takes none from the others', async () => {
    const known = new QueryBatcher((questions: readonly string[]) =>
      Promise.resolve(new Map([...questions.entries()].filter(([, question]) => question !== 'unknown'))),
    );
    const asked = ['a', 'unknown', 'b'].map((question) => known.load(question));
    expect(await Promise.all(asked)).toEqual(['a', undefined, 'b']);
  });

  it('fail together with their statement, and the next ones do not', async () => {
    let isBroken = true;
    const answers = new QueryBatcher((questions: readonly number[]) =>
      isBroken
        ? Promise.reject(new Error('no connection'))
        : Promise.resolve(new Map(questions.map((question, place) => [place, question]))),
    );
    const failed = await Promise.allSettled([answers.load(1), answers.load(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await answers.load(3)).toBe(3);
  });

  it('find their rows by the ordinality of PostgreSQL', () => {
    const rows = [
      { place: 3, sku: 'C' },
      { place: 1, sku: 'A' },
    ];
    expect([...byOrdinal(rows)]).toEqual([
      [2, { sku: 'C' }],
      [0, { sku: 'A' }],
    ]);
  });
});
