import { describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import {
  AheadOfLog,
  EventsPruned,
  LogPruned,
  requireInLog,
  requireWhole,
} from '../../../src/kernel/event-log/pruned.js';

/** A log that is no longer kept up to a position, and ends at another. */
const prunedUpTo = (upTo: number, head = 50, restoredAt: number | null = null) =>
  ({ query: () => Promise.resolve([{ upTo, head, restoredAt }]) }) as unknown as EntityManager;

describe('a reader that continues from a position', () => {
  it.each([
    [0, 0],
    [0, 40],
    [40, 40],
    [41, 40],
    [50, 40],
    [50, 50],
  ])('may continue from %d if the log is pruned up to %d', async (after, upTo) => {
    await expect(requireInLog(prunedUpTo(upTo), after)).resolves.toBeUndefined();
  });

  it('learns from the error what is gone and what to do', async () => {
    const asked = requireInLog(prunedUpTo(40), 39);
    await expect(asked).rejects.toThrow(EventsPruned);
    await expect(asked).rejects.toMatchObject({
      code: 'events-pruned',
      kind: 'gone',
      message:
        'The events up to position 40 are no longer kept. Read the current state from the other calls, then the ' +
        'events after 40.',
      facts: { after: 39, prunedUpTo: 40 },
    });
  });

  it('learns of the pruned events also if it has seen lost ones, since those that it could go on from are gone', async () => {
    await expect(requireInLog(prunedUpTo(40, 50, 3), 39)).rejects.toThrow(EventsPruned);
    await expect(requireInLog(prunedUpTo(3, 50, 3), 39)).rejects.toMatchObject({
      code: 'ahead-of-log',
      facts: { after: 39, head: 3 },
    });
  });
});

describe('a reader that is ahead of the log', () => {
  it.each([51, 4_711])('cannot continue from %d if the log ends at 50', async (after) => {
    const asked = requireInLog(prunedUpTo(40), after);
    await expect(asked).rejects.toThrow(AheadOfLog);
    await expect(asked).rejects.toMatchObject({
      code: 'ahead-of-log',
      kind: 'gone',
      message:
        `The log ends at position 50, before ${after}: it was restored to an earlier state. Read the current ` +
        'state from the other calls, then the events after 50.',
      facts: { after, head: 50 },
    });
  });
});

describe('a reader that needs the whole log', () => {
  it('has it if nothing was pruned', async () => {
    await expect(requireWhole(prunedUpTo(0))).resolves.toBeUndefined();
  });

  it('is refused if a part is pruned', async () => {
    const asked = requireWhole(prunedUpTo(1));
    await expect(asked).rejects.toThrow(LogPruned);
    await expect(asked).rejects.toMatchObject({ kind: 'conflict', facts: { prunedUpTo: 1 } });
  });
});
