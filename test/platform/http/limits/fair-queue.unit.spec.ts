import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FairQueue, type Shares } from '../../../../src/platform/http/limits/fair-queue.js';

const SHARES: Shares = { atOnce: 4, perCaller: 2, waiting: 10, waitingPerCaller: 5, patienceMs: 5_000 };

let begun: string[];
let refused: string[];
beforeEach(() => {
  jest.useFakeTimers();
  begun = [];
  refused = [];
});
afterEach(() => {
  jest.useRealTimers();
});

function enter(queue: FairQueue, caller: string, times = 1): void {
  for (let n = 1; n <= times; n++)
    queue.enter(
      caller,
      () => void begun.push(caller),
      () => void refused.push(caller),
    );
}

describe('A fair queue', () => {
  it('lets one caller have no more than its share at once, and leaves the rest to others', () => {
    const queue = new FairQueue(SHARES);
    enter(queue, 'greedy', 5);
    enter(queue, 'modest');
    expect(begun).toEqual(['greedy', 'greedy', 'modest']);
  });

  it('takes those who wait by turns, however many calls one of them has', () => {
    const queue = new FairQueue({ ...SHARES, atOnce: 2 });
    enter(queue, 'greedy', 7);
    enter(queue, 'one');
    enter(queue, 'other');
    begun = [];
    for (const caller of ['greedy', 'greedy', 'one', 'other', 'greedy']) queue.leave(caller);
    expect(begun).toEqual(['greedy', 'one', 'other', 'greedy', 'greedy']);
  });

  it('refuses what one caller has beyond its share of the waiting, and nobody else', () => {
    const queue = new FairQueue(SHARES);
    enter(queue, 'greedy', 10);
    expect(refused).toEqual(['greedy', 'greedy', 'greedy']);
    enter(queue, 'modest', 3);
    expect(refused).toHaveLength(3);
  });

  it('refuses whoever comes when too many wait in all', () => {
    const queue = new FairQueue({ ...SHARES, waiting: 2 });
    enter(queue, 'a', 4);
    enter(queue, 'b', 3);
    expect(refused).toEqual(['b']);
  });

  it('refuses what has waited for too long, and that is not begun any more', () => {
    const queue = new FairQueue(SHARES);
    enter(queue, 'slow', 3);
    jest.advanceTimersByTime(4_999);
    expect(refused).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(refused).toEqual(['slow']);
    queue.leave('slow');
    expect(begun).toEqual(['slow', 'slow']);
  });

  it('does not begin what may not begin yet, and begins it when it is looked at again', () => {
    let mayBegin = false;
    const queue = new FairQueue(SHARES, (caller) => caller !== 'full' || mayBegin);
    enter(queue, 'full');
    enter(queue, 'other');
    expect(begun).toEqual(['other']);
    mayBegin = true;
    queue.look();
    expect(begun).toEqual(['other', 'full']);
  });

  it('forgets who has nothing here any more, and a call that ends twice counts once', () => {
    const queue = new FairQueue({ ...SHARES, atOnce: 1 });
    enter(queue, 'a');
    queue.leave('a');
    queue.leave('a');
    enter(queue, 'b', 2);
    expect(begun).toEqual(['a', 'b']);
  });
});
