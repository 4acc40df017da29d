import { describe, expect, it } from '@jest/globals';
import { progressLine } from '../../../src/platform/cli/import/progress.js';
import { duration, table } from '../../../src/platform/cli/print.js';
import { errorMessage } from '../../../src/platform/cli/reason-of.js';

describe('What the command line says', () => {
  it('puts numbers to the right and words to the left', () => {
    expect(
      table(
        ['name', 'rows'],
        [
          ['a', 1_234],
          ['long name', 5],
        ],
      ),
    ).toBe(['name        rows', 'a          1,234', 'long name      5'].join('\n'));
    expect(table(['name', 'rows'], [])).toBe('name  rows');
    expect(table(['name', 'state'], [['a\x1b', 'b']])).toBe('name     state\na\\u001b  b');
  });

  it.each([
    [0, '0:00'],
    [59_499, '0:59'],
    [59_500, '1:00'],
    [65_000, '1:05'],
    [3_600_000, '1:00:00'],
    [3_725_000, '1:02:05'],
  ])('tells %d ms as %s', (milliseconds, words) => {
    expect(duration(milliseconds)).toBe(words);
  });

  it('tells the rate of an import and, where the size is known, the time that is left', () => {
    expect(progressLine(50_000, 250, 1_000, 10_000)).toBe('50,000 rows  5,000/s  25 %  0:30 left');
    expect(progressLine(50_000, 250, null, 10_000)).toBe('50,000 rows  5,000/s');
  });

  it.each([
    [new Error('It is so.\n    at somewhere'), 'It is so.'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['No more', 'No more'],
    [{ message: 5, code: 6 }, 'Something went wrong.'],
    [new Error('\x1b[2J'), '\\u001b[2J'],
    [null, 'Something went wrong.'],
    [undefined, 'Something went wrong.'],
  ])('gives a reason in one line: %s', (error, reason) => {
    expect(errorMessage(error)).toBe(reason);
  });
});
