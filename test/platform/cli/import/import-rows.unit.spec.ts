import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Columns, quantity, sku } from '../../../../src/platform/cli/import/columns.js';
import type { RowResult } from '../../../../src/platform/cli/import/import-rows.js';
import type { Progress } from '../../../../src/platform/cli/import/progress.js';
import { openRows, type Reject } from '../../../../src/platform/cli/import/rows.js';
import { Busy, DomainError } from '../../../../src/kernel/domain/errors.js';

/** How long it has waited, in ms, without that any time has passed. */
let pauses: number[];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
}));
const { importRows } = await import('../../../../src/platform/cli/import/import-rows.js');

/** Rows that are offered together, and how many of such are under way at a time. */
const CHUNK = 1_000;
const UNDER_WAY = 4;
/** Rows that are read before the first is offered. */
const WINDOW = 50_000;

class Refused extends DomainError {
  readonly code = 'refused';
  readonly kind = 'conflict';
}

interface Thing {
  readonly name: string;
  readonly quantity: number;
}

let interruption: AbortController;
let rejects: Reject[][];
let reached: [rows: number, end: number][];
beforeEach(() => {
  interruption = new AbortController();
  rejects = [];
  reached = [];
  pauses = [];
});

type Take = (things: readonly Thing[]) => Promise<readonly RowResult[]>;

const importThings = async (rows: readonly string[], take: Take) => {
  const text = ['name,quantity', ...rows].join('\n');
  const columns = new Columns<Thing>({ name: sku, quantity });
  const chunks = Readable.from([Buffer.from(text)]);
  return importRows((await openRows({ format: 'csv', size: text.length, chunks }, columns)).windows, {
    columns,
    keyOf: ({ name }) => name,
    take,
    rejects: { add: (more) => Promise.resolve(void rejects.push([...more])), end: () => undefined },
    progress: {
      reached: (count: number, end: number) => reached.push([count, end]),
    } as unknown as Progress,
    signal: interruption.signal,
  });
};

const accept: Take = (things) => Promise.resolve(things.map(() => ({ isNew: true })));
const rowsOf = (names: readonly string[]) => names.map((name, i) => `${name},${i + 1}`);
const NOTHING = { rows: 0, new: 0, updated: 0, repeated: 0, rejected: {}, isInterrupted: false };

describe('The rows of a file', () => {
  it('are taken those of one key together, and in their order', async () => {
    const taken: string[] = [];
    const summary = await importThings(rowsOf(['b', 'a', 'b', 'c', 'a']), (things) => {
      taken.push(...things.map(({ name, quantity }) => name + quantity));
      return accept(things);
    });
    expect(taken).toEqual(['b1', 'b3', 'a2', 'a5', 'c4']);
    expect(summary).toEqual({ ...NOTHING, rows: 5, new: 5 });
    expect(rejects).toEqual([[]]);
  });

  it('are offered a thousand at a time, four times at once, and no more', async () => {
    const sizes: number[] = [];
    let [underWay, most] = [0, 0];
    await importThings(rowsOf(Array.from({ length: 6 * CHUNK + 1 }, (_, i) => `n-${i}`)), async (things) => {
      sizes.push(things.length);
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay--;
      return accept(things);
    });
    expect(sizes).toEqual([...Array.from({ length: 6 }, () => CHUNK), 1]);
    expect(most).toBe(UNDER_WAY);
  });

  it('are counted by what has become of them, and told where they were not taken', async () => {
    const summary = await importThings(['a,1', 'a,x', 'b,2', 'c,3', 'b,x'], (things) =>
      Promise.resolve(
        things.map(({ name }) => (name === 'b' ? new Refused('Not b.') : { isNew: name === 'a' })),
      ),
    );
    expect(summary).toEqual({
      rows: 5,
      new: 1,
      updated: 0,
      repeated: 1,
      rejected: { refused: 1, 'validation-failed': 2 },
      isInterrupted: false,
    });
    expect(Object.keys(summary.rejected)).toEqual(['refused', 'validation-failed']);
    expect(rejects).toMatchObject([
      [
        { line: 3, reason: 'validation-failed' },
        { line: 4, reason: 'refused', message: 'Not b.', text: 'b,2' },
        { line: 6, reason: 'validation-failed' },
      ],
    ]);
  });

  it('are counted apart if they change what was there before', async () => {
    const results = [{ isNew: true }, { isNew: false, isUpdated: true }, { isNew: false, isUpdated: false }];
    const summary = await importThings(rowsOf(['a', 'b', 'c']), () => Promise.resolve(results));
    expect(summary).toEqual({ ...NOTHING, rows: 3, new: 1, updated: 1, repeated: 1 });
  });

  it('are told how far they are', async () => {
    const rows = rowsOf(Array.from({ length: 2 * CHUNK }, (_, i) => `n-${i}`));
    const { length } = ['name,quantity', ...rows].join('\n');
    await importThings(rows, accept);
    expect(reached.map(([, end]) => end)).toEqual([length / 2, length]);
    expect(reached.at(-1)).toEqual([2 * CHUNK, length]);
  });

  it('go on from window to window', async () => {
    const rows = Array.from({ length: WINDOW + 2 * CHUNK }, () => 'a,1');
    const { length } = rows;
    expect(await importThings(rows, accept)).toEqual({ ...NOTHING, rows: length, new: length });
    expect(rejects).toHaveLength(2);
    const ends = reached.map(([, end]) => end);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });
});

describe('Rows that are refused because too much is going on', () => {
  it('are offered again, they alone', async () => {
    const offers: string[][] = [];
    const summary = await importThings(rowsOf(['a', 'b', 'c']), (things) => {
      offers.push(things.map(({ name }) => name));
      const areBusy = [['a', 'c'], ['c'], []][offers.length - 1]!;
      return Promise.resolve(
        things.map(({ name }) => (areBusy.includes(name) ? new Busy('Wait.') : { isNew: true })),
      );
    });
    expect(offers).toEqual([['a', 'b', 'c'], ['a', 'c'], ['c']]);
    expect(pauses).toEqual([1_000, 1_000]);
    expect(summary).toEqual({ ...NOTHING, rows: 3, new: 3 });
  });

  it('are given up where that does not come to an end', async () => {
    let offers = 0;
    const importing = importThings(['a,1'], (things) => {
      offers++;
      return Promise.resolve(things.map(() => new Busy('Wait.')));
    });
    await expect(importing).rejects.toThrow(Busy);
    expect(offers).toBe(12);
    expect(pauses).toEqual(Array.from({ length: 11 }, () => 1_000));
  });
});

describe('An import that cannot go on', () => {
  it('fails with the reason, after it has told of what was rejected', async () => {
    const failing = importThings(['a,1', 'b,x'], () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect(rejects).toMatchObject([[{ line: 3 }]]);
  });

  it('begins nothing new, and waits for what is under way', async () => {
    let [begun, ended] = [0, 0];
    const failing = importThings(
      rowsOf(Array.from({ length: 9 * CHUNK }, (_, i) => `n-${i}`)),
      async (things) => {
        if (++begun === 2) throw new Error('disk full');
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (++ended === 2) throw new Error('that too');
        return accept(things);
      },
    );
    await expect(failing).rejects.toThrow('disk full');
    expect([begun, ended]).toEqual([UNDER_WAY, UNDER_WAY - 1]);
  });

  it('ends where it is interrupted, with what was taken', async () => {
    const rows = Array.from({ length: WINDOW + 1 }, () => 'a,1');
    const summary = await importThings(rows, (things) => {
      interruption.abort();
      return accept(things);
    });
    expect(summary).toEqual({
      ...NOTHING,
      rows: CHUNK,
      new: CHUNK,
      isInterrupted: true,
    });
  });

  it('is only interrupted where that is what made it fail', async () => {
    const summary = await importThings(['a,1'], () => {
      interruption.abort();
      return Promise.reject(new Error('interrupted'));
    });
    expect(summary).toEqual({ ...NOTHING, isInterrupted: true });
  });
});
