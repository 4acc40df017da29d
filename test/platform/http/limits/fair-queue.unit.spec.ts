import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FairQueue, type QueueLimits } from '../../../../src/platform/http/limits/fair-queue.js';

const LIMITS: QueueLimits = {
  running: 4,
  runningPerCaller: 2,
  waiting: 10,
  waitingPerCaller: 5,
  maxWaitMs: 5_000,
};

let begun: string[];
let rejected: string[];
beforeEach(() => {
  jest.useFakeTimers();
  begun = [];
  rejected = [];
});
afterEach(() => {
  jest.useRealTimers();
});

function enter(queue: FairQueue, caller: string, times = 1): void {
  for (let n = 1; n <= times; n++)
    queue.enter(
      caller,
      () => void begun.push(caller),
      () => void rejected.push(caller),
    );
}

describe('A fair queue', () => {
  it('runs no more than a share of calls for one caller, and leaves the rest to others', () => {
    const queue = new FairQueue(LIMITS);
    enter(queue, 'greedy', 5);
    enter(queue, 'modest');
    expect(begun).toEqual(['greedy', 'greedy', 'modest']);
  });

  it('serves waiting callers round-robin, however many calls one of them has', () => {
    const queue = new FairQueue({ ...LIMITS, running: 2 });
    enter(queue, 'greedy', 7);
    enter(queue, 'one');
    enter(queue, 'other');
    begun = [];
    for (const caller of ['greedy', 'greedy', 'one', 'other', 'greedy']) queue.leave(caller);
    expect(begun).toEqual(['greedy', 'one', 'other', 'greedy', 'greedy']);
  });

  it('rejects calls of a caller beyond its share of waiting calls, and no others', () => {
    const queue = new FairQueue(LIMITS);
    enter(queue, 'greedy', 10);
    expect(rejected).toEqual(['greedy', 'greedy', 'greedy']);
    enter(queue, 'modest', 3);
    expect(rejected).toHaveLength(3);
  });

  it('rejects every new call if too many wait in all', () => {
    const queue = new FairQueue({ ...LIMITS, waiting: 2 });
    enter(queue, 'a', 4);
    enter(queue, 'b', 3);
    expect(rejected).toEqual(['b']);
  });

  it('rejects a call that has waited too long, and does not begin it later', () => {
    const queue = new FairQueue(LIMITS);
    enter(queue, 'slow', 3);
    jest.advanceTimersByTime(4_999);
    expect(rejected).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(rejected).toEqual(['slow']);
    queue.leave('slow');
    expect(begun).toEqual(['slow', 'slow']);
  });

  it('begins a call that was held back once it is asked to and the caller may begin', () => {
    let mayBegin = false;
    const queue = new FairQueue(LIMITS, (caller) => caller !== 'full' || mayBegin);
    enter(queue, 'full');
    enter(queue, 'other');
    expect(begun).toEqual(['other']);
    mayBegin = true;
    queue.beginWaiting();
    expect(begun).toEqual(['other', 'full']);
  });

  it('forgets a caller without calls, and counts a call that ends twice once', () => {
    const queue = new FairQueue({ ...LIMITS, running: 1 });
    enter(queue, 'a');
    queue.leave('a');
    queue.leave('a');
    enter(queue, 'b', 2);
    expect(begun).toEqual(['a', 'b']);
  });
});
