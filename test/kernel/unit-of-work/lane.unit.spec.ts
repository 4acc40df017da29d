import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { Lane, type LaneOptions } from '../../../src/kernel/unit-of-work/lane.js';

/** A lane whose groups are worked off when the test says so. */
function aLane(options: LaneOptions<number>) {
  const groups: number[][] = [];
  const finish: (() => void)[] = [];
  const lane = new Lane<number>((group) => {
    groups.push(group);
    return new Promise((resolve) => finish.push(resolve));
  }, options);
  const finishNext = async () => {
    finish.shift()?.();
    await aTurn();
  };
  return { lane, groups, finishNext };
}

const aTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a lane', () => {
  it('starts at once, with all entries of the same turn of the event loop', async () => {
    const { lane, groups } = aLane({ capacity: 10, groupSize: 10 });
    lane.push(1);
    lane.push(2);
    await aTurn();
    expect(groups).toEqual([[1, 2]]);
  });

  it('gathers the entries that arrive while a group is under way', async () => {
    const { lane, groups, finishNext } = aLane({ capacity: 10, groupSize: 10 });
    lane.push(1);
    await aTurn();
    lane.push(2);
    await aTurn();
    lane.push(3);
    expect(groups).toEqual([[1]]);
    await finishNext();
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('makes no group larger than its size', async () => {
    const { lane, groups, finishNext } = aLane({ capacity: 10, groupSize: 2 });
    for (const entry of [1, 2, 3, 4, 5]) lane.push(entry);
    await aTurn();
    await finishNext();
    await finishNext();
    expect(groups).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('counts the works of its entries, and makes a group of an entry that has as many', async () => {
    const countOf = (works: number) => works;
    const { lane, groups, finishNext } = aLane({ capacity: 100, groupSize: 10, countOf, overlaps: true });
    lane.push(1);
    await aTurn();
    lane.push(12);
    lane.push(2);
    await aTurn();
    expect(groups).toEqual([[1], [12]]);
    await finishNext();
    expect(groups).toEqual([[1], [12], [2]]);
  });

  it('begins a full group beside the one under way, and no third', async () => {
    const { lane, groups, finishNext } = aLane({ capacity: 10, groupSize: 2, overlaps: true });
    lane.push(1);
    await aTurn();
    lane.push(2);
    await aTurn();
    expect(groups).toEqual([[1]]);
    for (const entry of [3, 4, 5]) lane.push(entry);
    await aTurn();
    expect(groups).toEqual([[1], [2, 3]]);
    await finishNext();
    expect(groups).toEqual([[1], [2, 3], [4, 5]]);
  });

  it('is saturated for a second after a full group, and by no other', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const { lane, finishNext } = aLane({ capacity: 10, groupSize: 2 });
    expect(lane.isSaturated).toBe(false);
    lane.push(1);
    await aTurn();
    expect(lane.isSaturated).toBe(false);
    lane.push(2);
    lane.push(3);
    await finishNext();
    expect(lane.isSaturated).toBe(true);
    now = 999;
    expect(lane.isSaturated).toBe(true);
    now = 1_000;
    expect(lane.isSaturated).toBe(false);
    await finishNext();
    expect(lane.isSaturated).toBe(false);
  });

  it('is flushed once both groups under way are processed', async () => {
    const { lane, finishNext } = aLane({ capacity: 10, groupSize: 1, overlaps: true });
    for (const entry of [1, 2]) lane.push(entry);
    await aTurn();
    let isFlushed = false;
    const flushed = lane.flush().then(() => (isFlushed = true));
    await finishNext();
    expect(isFlushed).toBe(false);
    await finishNext();
    await flushed;
    expect(isFlushed).toBe(true);
  });

  it('bounds a group by its entries and by their sizes, and makes one of a larger entry alone', async () => {
    const groups: number[][] = [];
    const process = (group: number[]) => Promise.resolve(void groups.push(group));
    const lane = new Lane<number>(process, {
      capacity: 100,
      groupSize: 3,
      largestGroup: 5,
      sizeOf: (size) => size,
    });
    for (const size of [1, 1, 1, 1, 4, 2, 9, 1]) lane.push(size);
    await lane.flush();
    expect(groups).toEqual([[1, 1, 1], [1, 4], [2], [9], [1]]);
  });

  it('refuses entries with Busy while it is full', async () => {
    const { lane, groups, finishNext } = aLane({ capacity: 2, groupSize: 10 });
    lane.push(1);
    await aTurn();
    lane.push(2);
    lane.push(3);
    expect(() => lane.push(4)).toThrow(Busy);
    await finishNext();
    expect(() => lane.push(4)).not.toThrow();
    await finishNext();
    expect(groups).toEqual([[1], [2, 3], [4]]);
  });

  describe('that estimates a wait by its last groups', () => {
    let now: number;
    beforeEach(() => {
      now = 1_000_000;
      jest.spyOn(performance, 'now').mockImplementation(() => now);
    });
    afterEach(() => {
      jest.restoreAllMocks();
    });

    /** Groups of one that took so long, and one under way. */
    async function after(...took: number[]) {
      const { lane, finishNext } = aLane({ capacity: 100, groupSize: 1, longestWaitMs: 3_000 });
      for (const entry of [...took.keys(), 99]) lane.push(entry);
      await aTurn();
      for (const ms of took) {
        now += ms;
        await finishNext();
      }
      return lane;
    }

    it('refuses entries with Busy that would wait for too long', async () => {
      const lane = await after(1_000, 1_000);
      for (const entry of [1, 2, 3]) lane.push(entry);
      expect(() => lane.push(4)).not.toThrow();
      expect(() => lane.push(5)).toThrow(Busy);
    });

    it('ignores a single slow group', async () => {
      const lane = await after(10, 4_000);
      for (let entry = 1; entry <= 50; entry++) lane.push(entry);
      expect(() => lane.push(51)).not.toThrow();
    });
  });

  it('is flushed once every entry is processed, and starts again after that', async () => {
    const { lane, groups, finishNext } = aLane({ capacity: 10, groupSize: 10 });
    await lane.flush();
    lane.push(1);
    let isFlushed = false;
    const flushed = lane.flush().then(() => (isFlushed = true));
    await aTurn();
    expect(isFlushed).toBe(false);
    await finishNext();
    await flushed;
    lane.push(2);
    await aTurn();
    expect(groups).toEqual([[1], [2]]);
  });
});
