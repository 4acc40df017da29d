import { describe, expect, it } from '@jest/globals';
import { endOf, newestFirst } from '../../console/src/data/newest-first.js';

/** A list that the API gives oldest first, in pages of three. */
function log(...positions: number[]) {
  const calls: number[] = [];
  const read = (after: number) => {
    calls.push(after);
    const rest = positions.filter((position) => position > after);
    const items = rest.slice(0, 3).map((position) => ({ position }));
    return Promise.resolve({ items, next: rest.length > 3 ? items.at(-1)!.position : null });
  };
  return { read, calls };
}
const positionsOf = ({ items }: { items: readonly { position: number }[] }) =>
  items.map(({ position }) => position);

describe('The newest items of a list', () => {
  it('are read from the end of the log, the newest first', async () => {
    const { read, calls } = log(10, 9_000, 9_500, 9_900, 9_950);
    const page = await newestFirst(read, { head: 10_000, atLeast: 2 });
    expect(positionsOf(page)).toEqual([9_950, 9_900, 9_500, 9_000]);
    expect(page.next).toBe(8_000);
    expect(calls.every((after) => after >= 8_000)).toBe(true);
  });

  it('go on before the page before, without gap or repetition', async () => {
    const positions = Array.from({ length: 200 }, (_, index) => (index + 1) * 97);
    const { read } = log(...positions);
    const found: number[] = [];
    for (let before: number | null | undefined; before !== null;) {
      const page = await newestFirst(read, {
        ...(before !== undefined && { before }),
        head: 20_000,
        atLeast: 5,
      });
      found.push(...positionsOf(page));
      before = page.next;
    }
    expect(found).toEqual(positions.toReversed());
  });

  it('are found in few windows if they are rare', async () => {
    const { read, calls } = log(5);
    const page = await newestFirst(read, { head: 1_000_000, atLeast: 1 });
    expect(positionsOf(page)).toEqual([5]);
    expect(page.next).toBeNull();
    expect(calls.length).toBeLessThan(6);
  });

  it('include those that were added after the end was read', async () => {
    const { read } = log(10, 105);
    expect(positionsOf(await newestFirst(read, { head: 100, atLeast: 1 }))).toEqual([105, 10]);
  });

  it('are looked for no further back than is allowed', async () => {
    const { read } = log(5);
    const page = await newestFirst(read, { head: 1_000_000, mostPositions: 100_000 });
    expect(page.items).toEqual([]);
    expect(page.next).toBeLessThan(900_000);
    expect(page.next).toBeGreaterThan(500_000);
  });

  it('are none if there are none', async () => {
    expect(await newestFirst(log().read, { head: 0 })).toEqual({ items: [], next: null });
  });
});

describe('The end of a list', () => {
  it.each([[], [1], [500], [501], [7, 20_000]])('is behind the last of %j', async (...positions) => {
    const end = await endOf(log(...positions).read);

    expect(end).toBeGreaterThanOrEqual(Math.max(0, ...positions));
  });
});
