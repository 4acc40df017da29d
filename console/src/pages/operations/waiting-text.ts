/** What stands below the number of parked events. */
export const waitingText = (parked: number): string =>
  parked === 0 ? 'none waits for you' : parked === 1 ? 'waits for an operator' : 'wait for an operator';
