import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Progress, progressLine } from '../../../../src/platform/cli/import/progress.js';

/** The end of a line on a terminal, cleared. */
const CLEAR = '\x1b[K';

let now: number;
let written: string[];
beforeEach(() => {
  now = 5_000;
  written = [];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const begin = (isTTY: boolean) =>
  new Progress(1_000, {
    isTTY,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream);

describe('How far an import is', () => {
  it('is drawn on a terminal, ten times a second at most', () => {
    const progress = begin(true);
    now = 6_000;
    progress.reached(100, 250);
    now = 6_099;
    progress.reached(110, 260);
    now = 6_100;
    progress.reached(120, 500);
    progress.clear();
    expect(written).toEqual([
      `\r100 rows  100/s  25 %  0:03 left${CLEAR}`,
      `\r120 rows  109/s  50 %  0:01 left${CLEAR}`,
      `\r${CLEAR}`,
    ]);
  });

  it('is not told where nobody looks', () => {
    const progress = begin(false);
    now = 6_000;
    progress.reached(100, 250);
    progress.clear();
    expect(written).toEqual([]);
  });

  it('is never more than all, though the file may have grown', () => {
    expect(progressLine(10, 1_200, 1_000, 1_000)).toBe('10 rows  10/s  100 %  0:00 left');
  });

  it('is told without a share where that cannot be known', () => {
    expect(progressLine(10, 0, 1_000, 1_000)).toBe('10 rows  10/s');
    expect(progressLine(10, 100, 0, 1_000)).toBe('10 rows  10/s');
    expect(progressLine(10, 100, null, 1_000)).toBe('10 rows  10/s');
  });
});
