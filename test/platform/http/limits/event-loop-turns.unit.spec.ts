import { describe, expect, it } from '@jest/globals';
import { afterEventLoopTurns } from '../../../../src/platform/http/limits/event-loop-turns.js';

/** How many turns it took. */
function turnsOf(turns: number, longestMs: number): Promise<number> {
  return new Promise((resolve) => {
    let count = 0;
    let isOver = false;
    const turn = () => {
      count++;
      if (isOver) resolve(count);
      else setImmediate(turn);
    };
    setImmediate(turn);
    afterEventLoopTurns(turns, longestMs, () => (isOver = true));
  });
}

describe('What waits for turns of the event loop', () => {
  it('goes on after so many', async () => {
    expect(await turnsOf(32, 3_600_000)).toBe(33);
  });

  it('goes on in the next one if they take too long', async () => {
    expect(await turnsOf(1_000_000, 0)).toBe(2);
  });
});
