import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WakeableDelay } from '../../../src/kernel/lifecycle/wakeable-delay.js';

let pause: WakeableDelay;
beforeEach(() => {
  jest.useFakeTimers();
  pause = new WakeableDelay();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Whether a delay of 100 ms that begins now is over after so long. */
async function isOverAfter(milliseconds: number): Promise<boolean> {
  let isOver = false;
  void pause.wait(100).then(() => (isOver = true));
  await jest.advanceTimersByTimeAsync(milliseconds);
  return isOver;
}

describe('a wakeable delay', () => {
  it('lasts for the given time', async () => {
    expect(await isOverAfter(99)).toBe(false);
    expect(await isOverAfter(100)).toBe(true);
  });

  it('is cut short by a wake, and leaves no timer behind', async () => {
    const over = pause.wait(100);
    pause.wake();
    await over;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends at once if it was woken before it began, and the next one does not', async () => {
    pause.wake();
    expect(await isOverAfter(0)).toBe(true);
    expect(await isOverAfter(99)).toBe(false);
  });

  it('lasts for the given time if the wake was cleared', async () => {
    pause.wake();
    pause.clear();
    expect(await isOverAfter(99)).toBe(false);
  });
});
