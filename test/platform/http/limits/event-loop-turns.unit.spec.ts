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

describe('afterEventLoopTurns', () => {
  it('calls back after that many turns', async () => {
    expect(await turnsOf(32, 3_600_000)).toBe(33);
  });

  it('calls back in the next turn if the time is up', async () => {
    expect(await turnsOf(1_000_000, 0)).toBe(2);
  });
});
