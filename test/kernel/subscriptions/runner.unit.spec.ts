import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type {
  Asking,
  Checkpoint,
  Checkpoints,
} from '../../../src/kernel/subscriptions/readers/checkpoint.js';
import { Runner } from '../../../src/kernel/subscriptions/runner.js';
import { signal } from '../../support/signal.js';

const POLL_MS = 100;
const GATHER_MS = 20;

let progress: { -readonly [Fact in keyof Checkpoint]: Checkpoint[Fact] };
let looks: number;
let searched: number;
let done: string[];
let failing: boolean;
let isUnused: boolean;
let isSaturated: boolean;
let holdUp: Promise<void>;
let runner: Runner;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date'], now: 0 });
  progress = { position: 0, head: 0, hasEvents: true, isRetryDue: false, hasReserved: false };
  looks = 0;
  done = [];
  failing = false;
  isUnused = false;
  isSaturated = false;
  holdUp = Promise.resolve();
});
afterEach(async () => {
  failing = false;
  await runner.stop();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** On doubles of the log and the reader: each step reads one event. */
function start(isAwaited = false, yieldsToCalls = false): Runner {
  const load = (asking: Asking) => {
    looks++;
    searched = asking.searched;
    if (!failing) {
      const hasEvents = progress.hasEvents && progress.head > progress.position;
      return Promise.resolve({ ...progress, hasEvents });
    }
    runner.wake();
    return Promise.reject(new Error('The database is away.'));
  };
  const reader = {
    isUnused,
    step: async () => {
      done.push(`step ${progress.position + 1}`);
      await holdUp;
      progress.position++;
      return true;
    },
    retry: () => {
      done.push('retry');
      progress.isRetryDue = false;
      return Promise.resolve(true);
    },
    close: () => Promise.resolve(void done.push('closed')),
  };
  runner = new Runner(
    { name: 'test', events: ['Happened'], readYourWrites: isAwaited, yieldsToCalls },
    reader,
    {} as EntityManager,
    { load } as Checkpoints,
    () => isSaturated,
  );
  runner.start();
  return runner;
}

/** Resolves once all that needs no timer has happened. */
async function soon(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Starts with plenty unread and a reader that yields to calls, whose first step takes so many milliseconds. */
async function takeOneStep(stepMs: number): Promise<void> {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const goOn = signal();
  holdUp = goOn.given;
  progress.head = 10_000;
  start(false, true);
  await soon();
  expect(done).toEqual(['step 1']);
  now += stepMs;
  goOn.give();
  await soon();
}

describe('the runner of a subscription', () => {
  it('reads all there is before it pauses', async () => {
    progress.head = 3;
    start(true);
    await soon();
    expect(done).toEqual(['step 1', 'step 2', 'step 3']);
    expect(looks).toBe(4);
  });

  it('reads again after the poll interval, and no earlier, unless it is woken', async () => {
    start(true);
    await soon();
    progress.head = 1;
    await jest.advanceTimersByTimeAsync(POLL_MS - 1);
    await soon();
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await soon();
    expect(done).toEqual(['step 1']);
  });

  it('reads at once if it is woken', async () => {
    start(true);
    await soon();
    progress.head = 1;
    runner.wake();
    await soon();
    expect(done).toEqual(['step 1']);
  });

  it('resolves a wait for a position once that is reached, and not before', async () => {
    start(true);
    await soon();
    const reached: number[] = [];
    for (const position of [1, 2]) void runner.whenReached(position).then(() => reached.push(position));
    await soon();
    expect(reached).toEqual([]);

    progress.head = 1;
    runner.wake();
    await soon();
    expect(reached).toEqual([1]);

    progress.head = 2;
    // A wait wakes the runner.
    await runner.whenReached(2);
    await soon();
    expect(reached).toEqual([1, 2]);
    await runner.whenReached(2);
  });

  it('waits a moment for more events unless a caller waits for them', async () => {
    progress.head = 1;
    start();
    await soon();
    await jest.advanceTimersByTimeAsync(GATHER_MS - 1);
    await soon();
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await soon();
    expect(done).toEqual(['step 1']);
  });

  it('does not wait for more events if plenty are unread', async () => {
    progress.head = 2_000;
    progress.position = 0;
    start();
    await soon();
    expect(done[0]).toBe('step 1');
  });

  it('gathers for longer while its steps take long, and for two tenths of a second at most', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    start();
    await soon();
    for (const [stepMs, gatherMs] of [
      [30, 20],
      [100, 120],
      [1, 200],
      [1, 20],
    ] as const) {
      const goOn = signal();
      holdUp = goOn.given;
      const before = done.length;
      progress.head++;
      await jest.advanceTimersByTimeAsync(before === 0 ? POLL_MS : 0);
      await jest.advanceTimersByTimeAsync(gatherMs - 1);
      await soon();
      expect(done).toHaveLength(before);
      await jest.advanceTimersByTimeAsync(1);
      await soon();
      expect(done).toHaveLength(before + 1);
      now += stepMs;
      progress.head++;
      goOn.give();
      await soon();
      progress.head--;
    }
  });

  it('gathers for two tenths of a second if its reader had no use for any event', async () => {
    isUnused = true;
    progress.head = 1;
    start();
    await soon();
    await jest.advanceTimersByTimeAsync(199);
    await soon();
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await soon();
    expect(done).toEqual(['step 1']);
  });

  it('reads for a twentieth of the time while calls come as fast as they are committed, if it yields to them', async () => {
    isSaturated = true;
    await takeOneStep(20);
    await jest.advanceTimersByTimeAsync(379);
    await soon();
    expect(done).toEqual(['step 1']);
    progress.head = 5;
    isSaturated = false;
    await jest.advanceTimersByTimeAsync(1);
    await soon();
    expect(done.slice(0, 2)).toEqual(['step 1', 'step 2']);
  });

  it('waits for a second at most for calls that it yields to', async () => {
    isSaturated = true;
    await takeOneStep(500);
    await jest.advanceTimersByTimeAsync(999);
    await soon();
    expect(done).toEqual(['step 1']);
    await jest.advanceTimersByTimeAsync(1);
    await soon();
    expect(done.slice(0, 2)).toEqual(['step 1', 'step 2']);
  });

  it('yields to no calls while its reader has no use for any event', async () => {
    isSaturated = true;
    isUnused = true;
    await takeOneStep(500);
    expect(done.slice(0, 2)).toEqual(['step 1', 'step 2']);
  });

  it('yields to no calls if it does not say so', async () => {
    isSaturated = true;
    progress.head = 2_001;
    start();
    await soon();
    expect(done[0]).toBe('step 1');
  });

  it('passes events of others twice a second while the log grows, and searches each of them once', async () => {
    let now = 5_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    Object.assign(progress, { position: 7, head: 9, hasEvents: false });
    start();
    await soon();
    expect(done).toEqual(['step 8']);
    now += 499;
    progress.head = 10;
    await jest.advanceTimersByTimeAsync(POLL_MS);
    await soon();
    expect([done, searched]).toEqual([['step 8'], 9]);
    await runner.whenReached(10);
    now += 1;
    progress.head = 11;
    await jest.advanceTimersByTimeAsync(POLL_MS);
    await soon();
    expect(done).toEqual(['step 8', 'step 9']);
  });

  it('passes events of others once the log has stopped to grow', async () => {
    let now = 5_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    Object.assign(progress, { position: 7, head: 9, hasEvents: false });
    start();
    await soon();
    now += 49;
    runner.wake();
    await soon();
    expect(done).toEqual(['step 8']);
    now += 1;
    runner.wake();
    await soon();
    expect(done).toEqual(['step 8', 'step 9']);
  });

  it('searches from the beginning again if the log has become shorter', async () => {
    Object.assign(progress, { position: 9, head: 9 });
    start();
    await soon();
    progress.position = progress.head = 4;
    await jest.advanceTimersByTimeAsync(POLL_MS);
    await soon();
    expect(searched).toBe(0);
  });

  it('retries the event that is due, and then looks at once for another', async () => {
    progress.isRetryDue = true;
    start(true);
    await soon();
    expect(done).toEqual(['retry']);
    expect(looks).toBe(2);
  });

  it('finishes the current step when it is stopped, begins no other, and closes its reader', async () => {
    progress.head = 2;
    const goOn = signal();
    holdUp = goOn.given;
    start(true);
    await soon();
    let isStopped = false;
    const stopped = runner.stop().then(() => (isStopped = true));
    await soon();
    expect([isStopped, done]).toEqual([false, ['step 1']]);
    goOn.give();
    await stopped;
    expect(done).toEqual(['step 1', 'closed']);
  });

  it('stops without waiting for the end of its pause', async () => {
    start(true);
    await soon();
    await runner.stop();
    expect(done).toEqual(['closed']);
  });

  it('keeps trying while it fails, pauses each time even if it was woken, and logs once', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const untilItLooksAgain = async () => {
      for (const before = looks; looks === before;) await jest.advanceTimersByTimeAsync(1);
    };
    failing = true;
    start(true);
    for (let failures = 1; failures <= 8; failures++) {
      await soon();
      expect(looks).toBe(failures);
      expect(warn).toHaveBeenCalledTimes(failures < 5 ? 0 : 1);
      await untilItLooksAgain();
    }
    expect(warn.mock.calls[0]![0]).toMatch(/^Cannot read the event log, retrying: .*The database is away/);

    failing = false;
    progress.head = 1;
    await untilItLooksAgain();
    await soon();
    expect(done).toEqual(['step 1']);

    failing = true;
    for (let failures = 1; failures <= 5; failures++) await untilItLooksAgain();
    await soon();
    expect(warn).toHaveBeenCalledTimes(2);
  });
});
