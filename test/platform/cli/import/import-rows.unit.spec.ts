import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Columns, quantity, sku } from '../../../../src/platform/cli/import/columns.js';
import type { RowResult } from '../../../../src/platform/cli/import/import-rows.js';
import type { ImportProgress } from '../../../../src/platform/cli/import/import-progress.js';
import { openRows, type RejectedRow } from '../../../../src/platform/cli/import/rows.js';
import { Busy, DomainError } from '../../../../src/kernel/domain/errors.js';

/** The milliseconds of each pause; no time passes in the test. */
let pauses: number[];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
}));
const { importRows } = await import('../../../../src/platform/cli/import/import-rows.js');

/** Rows that are submitted together, and how many such chunks at a time. */
const CHUNK = 1_024;
/** Of a chunk that goes on to the end of its last key. */
const LONGEST_CHUNK = 2_048;
const CONCURRENT_CHUNKS = 4;
/** Rows that are read before the first is submitted. */
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
let rejected: RejectedRow[][];
let reached: [rows: number, end: number][];
beforeEach(() => {
  interruption = new AbortController();
  rejected = [];
  reached = [];
  pauses = [];
});

type Submit = (things: readonly Thing[]) => Promise<readonly RowResult[]>;

const importThings = async (rows: readonly string[], submit: Submit) => {
  const text = ['name,quantity', ...rows].join('\n');
  const columns = new Columns<Thing>({ name: sku, quantity });
  const chunks = Readable.from([Buffer.from(text)]);
  return importRows((await openRows({ format: 'csv', size: text.length, chunks }, columns)).windows, {
    columns,
    keyOf: ({ name }) => name,
    submit,
    rejectedRows: { add: (rows) => Promise.resolve(void rejected.push([...rows])), end: () => undefined },
    progress: {
      reached: (count: number, end: number) => reached.push([count, end]),
    } as unknown as ImportProgress,
    signal: interruption.signal,
  });
};

const accept: Submit = (things) => Promise.resolve(things.map(() => ({ isNew: true })));
const rowsOf = (names: readonly string[]) => names.map((name, i) => `${name},${i + 1}`);
const NOTHING = { rows: 0, new: 0, updated: 0, repeated: 0, rejected: {}, isInterrupted: false };

describe('The rows of an import', () => {
  it('are submitted grouped by key, each key in the order of the file', async () => {
    const submitted: string[] = [];
    const summary = await importThings(rowsOf(['b', 'a', 'b', 'c', 'a']), (things) => {
      submitted.push(...things.map(({ name, quantity }) => name + quantity));
      return accept(things);
    });
    expect(submitted).toEqual(['b1', 'b3', 'a2', 'a5', 'c4']);
    expect(summary).toEqual({ ...NOTHING, rows: 5, new: 5 });
    expect(rejected).toEqual([[]]);
  });

  it('are submitted in chunks of a thousand, at most four at a time', async () => {
    const sizes: number[] = [];
    let [inProgress, most] = [0, 0];
    await importThings(rowsOf(Array.from({ length: 6 * CHUNK + 1 }, (_, i) => `n-${i}`)), async (things) => {
      sizes.push(things.length);
      most = Math.max(most, ++inProgress);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inProgress--;
      return accept(things);
    });
    expect(sizes).toEqual([...Array.from({ length: 6 }, () => CHUNK), 1]);
    expect(most).toBe(CONCURRENT_CHUNKS);
  });

  it('of one key share a chunk, though it grows beyond a thousand', async () => {
    const names = Array.from({ length: CHUNK + 10 }, (_, i) => (i < CHUNK - 10 ? `n-${i}` : 'last'));
    const chunks: string[][] = [];
    await importThings(rowsOf([...names, 'next']), (things) => {
      chunks.push(things.map(({ name }) => name));
      return accept(things);
    });
    expect(chunks).toEqual([names, ['next']]);
  });

  it('of one key wait for the chunk before theirs if one chunk cannot hold them', async () => {
    const submitted: number[] = [];
    let [inProgress, most] = [0, 0];
    await importThings(rowsOf(Array.from({ length: 2 * LONGEST_CHUNK + 1 }, () => 'a')), async (things) => {
      most = Math.max(most, ++inProgress);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inProgress--;
      submitted.push(...things.map(({ quantity }) => quantity));
      return accept(things);
    });
    expect(most).toBe(1);
    expect(submitted).toEqual(Array.from({ length: 2 * LONGEST_CHUNK + 1 }, (_, i) => i + 1));
  });

  it('are counted by result, and reported if they are rejected', async () => {
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
    expect(rejected).toMatchObject([
      [
        { line: 3, reason: 'validation-failed' },
        { line: 4, reason: 'refused', message: 'Not b.', text: 'b,2' },
        { line: 6, reason: 'validation-failed' },
      ],
    ]);
  });

  it('are counted separately if they change something that existed before', async () => {
    const results = [{ isNew: true }, { isNew: false, isUpdated: true }, { isNew: false, isUpdated: false }];
    const summary = await importThings(rowsOf(['a', 'b', 'c']), () => Promise.resolve(results));
    expect(summary).toEqual({ ...NOTHING, rows: 3, new: 1, updated: 1, repeated: 1 });
  });

  it('report their progress', async () => {
    const rows = rowsOf(Array.from({ length: 2 * CHUNK }, (_, i) => `n-${i}`));
    const { length } = ['name,quantity', ...rows].join('\n');
    await importThings(rows, accept);
    expect(reached.map(([, end]) => end)).toEqual([length / 2, length]);
    expect(reached.at(-1)).toEqual([2 * CHUNK, length]);
  });

  it('continue from window to window', async () => {
    const rows = Array.from({ length: WINDOW + 2 * CHUNK }, () => 'a,1');
    const { length } = rows;
    expect(await importThings(rows, accept)).toEqual({ ...NOTHING, rows: length, new: length });
    expect(rejected).toHaveLength(2);
    const ends = reached.map(([, end]) => end);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });
});

describe('Rows that are refused as busy', () => {
  it('are submitted again without the others', async () => {
    const attempts: string[][] = [];
    const summary = await importThings(rowsOf(['a', 'b', 'c']), (things) => {
      attempts.push(things.map(({ name }) => name));
      const areBusy = [['a', 'c'], ['c'], []][attempts.length - 1]!;
      return Promise.resolve(
        things.map(({ name }) => (areBusy.includes(name) ? new Busy('Wait.') : { isNew: true })),
      );
    });
    expect(attempts).toEqual([['a', 'b', 'c'], ['a', 'c'], ['c']]);
    expect(pauses).toEqual([1_000, 1_000]);
    expect(summary).toEqual({ ...NOTHING, rows: 3, new: 3 });
  });

  it('fail the import after twelve attempts', async () => {
    let attempts = 0;
    const importing = importThings(['a,1'], (things) => {
      attempts++;
      return Promise.resolve(things.map(() => new Busy('Wait.')));
    });
    await expect(importing).rejects.toThrow(Busy);
    expect(attempts).toBe(12);
    expect(pauses).toEqual(Array.from({ length: 11 }, () => 1_000));
  });
});

describe('An import that cannot continue', () => {
  it('fails with the reason, after it has reported the rejected rows', async () => {
    const failing = importThings(['a,1', 'b,x'], () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect(rejected).toMatchObject([[{ line: 3 }]]);
  });

  it('starts no other chunk, and waits for those in progress', async () => {
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
    expect([begun, ended]).toEqual([CONCURRENT_CHUNKS, CONCURRENT_CHUNKS - 1]);
  });

  it('ends when it is interrupted, and counts what was accepted', async () => {
    const rows = rowsOf(Array.from({ length: WINDOW + 1 }, (_, i) => `n-${i}`));
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

  it('counts as interrupted if the interruption made it fail', async () => {
    const summary = await importThings(['a,1'], () => {
      interruption.abort();
      return Promise.reject(new Error('interrupted'));
    });
    expect(summary).toEqual({ ...NOTHING, isInterrupted: true });
  });
});
