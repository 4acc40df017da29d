import { describe, expect, it } from '@jest/globals';
import { duration, errorLine, instant, table } from '../../../src/platform/cli/print.js';

describe('Output of the command line', () => {
  it('aligns the numbers of a table to the right and its texts to the left', () => {
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
  ])('formats %d ms as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('shows an instant in UTC to the second', () => {
    expect(instant(new Date('2027-01-31T09:30:00.678Z'))).toBe('2027-01-31T09:30:00Z');
  });

  it.each([
    [new Error('It is so.\n    at somewhere'), 'It is so.'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['No more', 'No more'],
    [new Error('\x1b[2J'), '\\u001b[2J'],
  ])('shows an error in one line: %s', (error, line) => {
    expect(errorLine(error)).toBe(line);
  });
});
