import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { column } from '../../../src/kernel/postgres/column.js';

describe('a column of rows', () => {
  /** The rows as `coalesce(each, shared)` reads them, with an `unnest` that fills up with nulls. */
  const rowsOf = <T>([each, shared]: ReturnType<typeof column<T>>, count: number) =>
    Array.from({ length: count }, (_, place) => each[place] ?? shared);

  it('says once what all rows share', () => {
    expect(column(['a', 'a'])).toEqual([[], 'a']);
    expect(column([null, null])).toEqual([[], null]);
  });

  it('has the value of each row, whichever of them share it or have none', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(null, 0, 1, false, '', 'a'), { minLength: 1 }), (values) => {
        expect(rowsOf(column(values), values.length)).toEqual(values);
      }),
    );
  });
});
