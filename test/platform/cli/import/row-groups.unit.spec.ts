import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Columns, orNull, quantity, sku } from '../../../../src/platform/cli/import/columns.js';
import { RowGroups } from '../../../../src/platform/cli/import/row-groups.js';
import type { ReadRow, RejectedRow, Window } from '../../../../src/platform/cli/import/rows.js';
import { newChannel } from '../../../../src/vocabulary/channel.js';

interface Thing {
  readonly box: string;
  readonly quantity: number;
  readonly colour: string | null;
}

const columns = new Columns<Thing>({ box: sku, quantity, colour: orNull(newChannel) });
const grouping = {
  field: 'box',
  describe: (name: string) => `box ${name}`,
  most: 3,
  common: ['colour'],
} as const;

type Entry = ReadRow<Thing> | RejectedRow;

/** `a` is a row of the box a, `a!` an invalid row of it, `a:red` one with a colour, and `?` a line that cannot be read. */
function entryOf(word: string, line: number): Entry {
  const [, box = '', isInvalid, colour] = /^([a-z]*)(!)?(?::(\w+))?/.exec(word)!;
  const reject = { line, reason: 'malformed-row', message: 'No.', text: word };
  if (word === '?') return { ...reject, values: null };
  if (isInvalid) return { ...reject, values: { box } };
  return { line, row: { box, quantity: line, colour: colour ?? null }, text: word };
}

/** @param windows words with a space between them, numbered from line 1 on */
async function gather(...windows: readonly string[]) {
  let line = 0;
  const read = windows.map((words): Window<Thing> => {
    const entries = words.split(' ').map((word) => entryOf(word, ++line));
    return {
      rows: entries.filter((entry) => 'row' in entry),
      rejected: entries.filter((entry): entry is RejectedRow => 'reason' in entry),
      end: 10 * line,
    };
  });
  const gathered: Window<Thing>[] = [];
  for await (const window of new RowGroups(grouping, columns).gather(Readable.from(read)))
    gathered.push(window);
  const rejected = gathered.flatMap((window) => window.rejected);
  return {
    rows: gathered.map((window) => window.rows.map(({ row, line }) => `${row.box}${line}`).join(' ')),
    ends: gathered.map(({ end }) => end),
    rejected: rejected.map(({ line, reason }) => `${line} ${reason}`),
    messages: rejected.map(({ message }) => message),
    values: rejected.map(({ values }) => values),
  };
}

describe('The rows of a group', () => {
  it('come together, in the order of the file, also if a window ends between them', async () => {
    const { rows, ends, rejected } = await gather('a a b', 'b c', 'd');
    expect(rows).toEqual(['a1 a2', 'b3 b4', 'c5', 'd6']);
    expect(ends).toEqual([30, 50, 60, 60]);
    expect(rejected).toEqual([]);
  });

  it('are rejected if one of them is invalid, and other groups are not', async () => {
    const { rows, rejected, messages, values } = await gather('a b b! b', 'c');
    expect(rows.filter((each) => each !== '').join(' ')).toBe('a1 c5');
    expect(rejected).toEqual(['2 other-row-invalid', '3 malformed-row', '4 other-row-invalid']);
    expect(messages[0]).toBe('Line 3 of box b is invalid, so none of its rows is imported.');
    expect(values[0]).toEqual({ box: 'b', quantity: 2, colour: null });
  });

  it.each([
    [
      'a a ? b b',
      [
        '1 other-row-invalid',
        '2 other-row-invalid',
        '3 malformed-row',
        '4 other-row-invalid',
        '5 other-row-invalid',
      ],
    ],
    ['? a', ['1 malformed-row', '2 other-row-invalid']],
    ['a ? ?', ['1 other-row-invalid', '2 malformed-row', '3 malformed-row']],
    ['a ? a', ['1 other-row-invalid', '2 malformed-row', '3 other-row-invalid']],
  ])('are rejected if a row beside them cannot be read: %s', async (words, expected) => {
    const { rows, rejected } = await gather(`${words} z z`.replace(/(\?)( z z)$/, '$1'));
    expect(rejected).toEqual(expected);
    expect(rows.filter((each) => each !== '').join(' ')).toMatch(/^(z\d z\d)?$/);
  });

  it('are rejected beside a row that cannot be read at the end of a window', async () => {
    const { rows, rejected, messages } = await gather('a ?', 'b', 'c');
    expect(rows.filter((each) => each !== '').join(' ')).toBe('c4');
    expect(rejected).toEqual(['1 other-row-invalid', '2 malformed-row', '3 other-row-invalid']);
    expect(messages[2]).toBe('Line 2 is invalid and may belong to these rows, so none of them is imported.');
  });

  it('are rejected if they differ in what they have in common', async () => {
    const { rows, rejected, messages } = await gather('a:red a:red b:red b:blue b c');
    expect(rows.filter((each) => each !== '').join(' ')).toBe('a1 a2 c6');
    expect(rejected).toEqual(['3 rows-differ', '4 rows-differ', '5 rows-differ']);
    expect(messages[0]).toBe('colour must be the same in all rows of box b: see lines 3 and 4.');
  });

  it('are rejected if there are too many, over any number of windows', async () => {
    const { rows, rejected, messages } = await gather('a a a b b', 'b b b b', 'b c');
    expect(rows.filter((each) => each !== '').join(' ')).toBe('a1 a2 a3 c11');
    expect(rejected).toEqual([4, 5, 6, 7, 8, 9, 10].map((line) => `${line} too-many-rows`));
    expect(messages[0]).toBe('More than 3 rows are of box b.');
  });

  it('are all rejected if others stand between them in one window', async () => {
    const { rows, rejected, messages } = await gather('a b a c');
    expect(rows.filter((each) => each !== '').join(' ')).toBe('b2 c4');
    expect(rejected).toEqual(['1 rows-apart', '3 rows-apart']);
    expect(messages[1]).toBe(
      'The rows of box a do not stand next to each other: see lines 1 and 3. Sort the file.',
    );
  });

  it('are rejected if the first of them have been imported with an earlier window', async () => {
    const { rows, rejected } = await gather('a b', 'c a a d');
    expect(rows.filter((each) => each !== '').join(' ')).toBe('a1 b2 c3 d6');
    expect(rejected).toEqual(['4 rows-apart', '5 rows-apart']);
  });
});
