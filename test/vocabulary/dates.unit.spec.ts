import { describe, expect, it } from '@jest/globals';
import { datesOf } from '../../src/vocabulary/dates.js';

describe('the dates of a batch', () => {
  it.each([
    [null, false, null],
    ['2026-06-16', false, '2026-06-16'],
    ['2026-06-15', false, '2026-06-15'],
    ['2026-06-14', true, null],
    ['2020-01-01', true, null],
    ['0001-01-01', true, null],
    ['9999-12-31', false, '9999-12-31'],
  ])('that is due on %s say whether it is overdue and when it is expected', (eta, overdue, expectedDate) => {
    expect(datesOf(eta, '2026-06-15')).toEqual({ eta, overdue, expectedDate });
  });
});
