import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formatProgress, ImportProgress } from '../../../../src/platform/cli/import/import-progress.js';

/** Clears the rest of the line on a terminal. */
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
  new ImportProgress(1_000, {
    isTTY,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream);

describe('The progress of an import', () => {
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

  it('is not shown without a terminal', () => {
    const progress = begin(false);
    now = 6_000;
    progress.reached(100, 250);
    progress.clear();
    expect(written).toEqual([]);
  });

  it('never exceeds 100 %, even if the file has grown', () => {
    expect(formatProgress(10, 1_200, 1_000, 1_000)).toBe('10 rows  10/s  100 %  0:00 left');
  });

  it('shows the time left if the size of the file is known', () => {
    expect(formatProgress(50_000, 250, 1_000, 10_000)).toBe('50,000 rows  5,000/s  25 %  0:30 left');
  });

  it('shows only the rate if the share is unknown', () => {
    expect(formatProgress(10, 0, 1_000, 1_000)).toBe('10 rows  10/s');
    expect(formatProgress(10, 100, 0, 1_000)).toBe('10 rows  10/s');
    expect(formatProgress(10, 100, null, 1_000)).toBe('10 rows  10/s');
  });
});
