import { describe, expect, it } from '@jest/globals';
import { boundsOf } from '../../tools/bench/bounds.js';

const processor = { service: 150, database: 50 };
const used = { perSecond: 3_000, logLocked: 30, rowWaited: 60, flushing: 5, processor };

describe('Where calls a second end', () => {
  it('is where something that one transaction at a time has is in use all the time', () => {
    expect(boundsOf(used)).toMatchObject({ log: 10_000, row: 5_000, flush: 60_000 });
  });

  it('is where all processors work all the time', () => {
    expect(boundsOf(used).processors(8)).toBe(40_000);
  });

  it('is unknown as far as nothing was seen', () => {
    const { log, row, processors } = boundsOf({ ...used, rowWaited: 0, processor: null });

    expect(log).toBe(10_000);
    expect(row).toBe(Infinity);
    expect(processors(8)).toBeUndefined();
  });
});
