import { describe, expect, it } from '@jest/globals';
import { LinesPerCaller } from '../../../../src/platform/http/request-log/lines-per-caller.js';

const MINUTE_MS = 60_000;

/** Whether each of so many refusals has a line. */
const take = (lines: LinesPerCaller, times: number, caller: string, status = 401, now = 0) =>
  Array.from({ length: times }, () => lines.take(caller, status, now)).filter(Boolean).length;

describe('the lines of a caller that is refused', () => {
  it('are 100 a minute for each status, and the rest is counted', () => {
    const lines = new LinesPerCaller(10);

    expect(take(lines, 150, 'shop', 429)).toBe(100);
    expect(take(lines, 100, 'shop', 403)).toBe(100);
    expect(lines.takeCounts(MINUTE_MS - 1)).toEqual([]);
    expect(lines.takeCounts(MINUTE_MS)).toEqual([{ caller: 'shop', status: 429, count: 50 }]);
  });

  it('start again after the minute', () => {
    const lines = new LinesPerCaller(10);
    take(lines, 150, 'shop');
    lines.takeCounts(MINUTE_MS);

    expect(take(lines, 150, 'shop', 401, MINUTE_MS)).toBe(100);
    expect(lines.takeCounts(2 * MINUTE_MS)).toEqual([{ caller: 'shop', status: 401, count: 50 }]);
  });

  it('are shared by all further callers once the maximum have their own', () => {
    const lines = new LinesPerCaller(2);
    take(lines, 1, 'first');
    take(lines, 1, 'second');
    const more = Array.from({ length: 1_000 }, (_, i) => take(lines, 1, `caller ${i}`));

    expect(more.filter((taken) => taken === 1)).toHaveLength(100);
    expect(take(lines, 100, 'first')).toBe(99);
    expect(lines.takeCounts(MINUTE_MS)).toEqual([
      { caller: 'first', status: 401, count: 1 },
      { caller: 'others', status: 401, count: 900 },
    ]);
  });
});
