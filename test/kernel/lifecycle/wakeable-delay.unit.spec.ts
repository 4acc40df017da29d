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

/** Whether a pause of 100 ms that begins now is over after so long. */
async function isOverAfter(milliseconds: number): Promise<boolean> {
  let isOver = false;
  void pause.wait(100).then(() => (isOver = true));
  await jest.advanceTimersByTimeAsync(milliseconds);
  return isOver;
}

describe('A pause', () => {
  it('lasts as long as it may', async () => {
    expect(await isOverAfter(99)).toBe(false);
    expect(await isOverAfter(100)).toBe(true);
  });

  it('is cut short, and leaves no timer behind', async () => {
    const over = pause.wait(100);
    pause.wake();
    await over;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is left out where somebody called before it began, and the next one is not', async () => {
    pause.wake();
    expect(await isOverAfter(0)).toBe(true);
    expect(await isOverAfter(99)).toBe(false);
  });

  it('is not left out where that is forgotten', async () => {
    pause.wake();
    pause.clear();
    expect(await isOverAfter(99)).toBe(false);
  });
});
