/**
 * Calls back after a number of turns of the event loop. Node accepts one new connection in each turn, so this lets
 * connections in that were opened meanwhile. An idle turn takes some 10 µs.
 * @param maxMs after which it calls back, even if fewer turns are over
 */
export function afterEventLoopTurns(turns: number, maxMs: number, then: () => void): void {
  const endsAt = performance.now() + maxMs;
  let left = turns;
  const turn = () => {
    if (--left <= 0 || performance.now() >= endsAt) then();
    else setImmediate(turn);
  };
  setImmediate(turn);
}
