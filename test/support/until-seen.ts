import fc from 'fast-check';

const MOST_ROUNDS = 20;

/**
 * Runs a property again until its runs have shown what they are meant to show, since whether something rare happens in one
 * round is left to chance. The caller expects afterwards that it was seen: after twenty rounds it is not by chance that it was not.
 * @param hasSeenEnough whether the runs until now have shown it
 * @throws as `fc.assert`
 */
export async function assertUntilSeen<T>(
  property: fc.IAsyncPropertyWithHooks<T>,
  parameters: fc.Parameters<T>,
  hasSeenEnough: () => boolean,
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await fc.assert(property, parameters);
    if (hasSeenEnough()) return;
  }
}
