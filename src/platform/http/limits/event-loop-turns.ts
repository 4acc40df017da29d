/**
 * Calls back when the event loop has turned so many times. Node takes in one new connection in each turn, so that this is
 * what others need who come in the meantime; a turn in which nobody wants anything takes some 10 µs.
 * @param longestMs after that, however long the turns take
 */
export function afterEventLoopTurns(turns: number, longestMs: number, then: () => void): void {
  const endsAt = performance.now() + longestMs;
  let left = turns;
  const turn = () => {
    if (--left <= 0 || performance.now() >= endsAt) then();
    else setImmediate(turn);
  };
  setImmediate(turn);
}
