import { describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import type { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { readPage } from '../../../src/platform/events-api/read-page.js';

const SLICE = 10_000;
const manager = {} as EntityManager;

/** A log that ends at `head`, in which the events at some positions are wanted. */
function logWith(head: number, wanted: readonly number[]) {
  const events = (from: number, to: number) =>
    wanted.filter((position) => position > from && position <= to).map((position) => ({ position }));
  const readMatching = jest.fn((_manager: unknown, _filter: unknown, after: number, limit: number) => {
    const upTo = Math.min(after + SLICE, head);
    const found = events(after, upTo).slice(0, limit);
    return Promise.resolve({
      events: found,
      upTo: found.length < limit ? upTo : found.at(-1)!.position,
      head,
    });
  });
  const read = jest.fn((_manager: unknown, after: number, limit: number) =>
    Promise.resolve(events(after, head).slice(0, limit)),
  );
  return { read, readMatching, log: { read, readMatching } as unknown as EventLog };
}

const positions = async (page: ReturnType<typeof readPage>) => {
  const { items, next } = await page;
  return { items: items.map(({ position }) => position), next };
};

describe('A page of events', () => {
  it('without a filter is one read', async () => {
    const { log, read, readMatching } = logWith(9, [1, 2, 3, 4]);
    expect(await positions(readPage(log, manager, undefined, 1, 2))).toEqual({ items: [2, 3], next: 3 });
    expect(await positions(readPage(log, manager, undefined, 1, 3))).toEqual({
      items: [2, 3, 4],
      next: null,
    });
    // One more than the page has shows whether there is another page.
    expect(read.mock.calls.map(([, , limit]) => limit)).toEqual([3, 4]);
    expect(readMatching).not.toHaveBeenCalled();
  });
});

describe('A page of events with a filter', () => {
  const filter = { key: 'A' };

  it('is filled from as many slices as it takes', async () => {
    const { log, readMatching } = logWith(35_000, [1, 15_000, 15_001, 34_000]);
    expect(await positions(readPage(log, manager, filter, 0, 2))).toEqual({
      items: [1, 15_000],
      next: 15_000,
    });
    expect(readMatching.mock.calls.map(([, , , limit]) => limit)).toEqual([3, 2]);
    expect(await positions(readPage(log, manager, filter, 15_000, 2))).toEqual({
      items: [15_001, 34_000],
      next: null,
    });
  });

  it('ends the list only at the end of the log', async () => {
    const { log } = logWith(30_000, [1, 2, 3]);
    expect(await positions(readPage(log, manager, filter, 0, 3))).toEqual({ items: [1, 2, 3], next: null });
    expect(await positions(readPage(log, manager, filter, 30_000, 3))).toEqual({ items: [], next: null });
  });

  it('may have fewer events than its limit, or none, and goes on behind those that were looked at', async () => {
    const { log, readMatching } = logWith(250_000, [5, 249_999]);
    expect(await positions(readPage(log, manager, filter, 0, 10))).toEqual({ items: [5], next: 100_000 });
    expect(readMatching).toHaveBeenCalledTimes(10);
    expect(await positions(readPage(log, manager, filter, 100_000, 10))).toEqual({
      items: [],
      next: 200_000,
    });
    expect(await positions(readPage(log, manager, filter, 200_000, 10))).toEqual({
      items: [249_999],
      next: null,
    });
  });
});
