import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EarmarkConnectionError, EarmarkProblem, type BulkEndBody } from '@earmark/client';
import type { RowResult } from '../../console/src/data/bulk.js';
import { ImportRun, type Send } from '../../console/src/pages/import/import-run.js';

const OUT_OF_STOCK = {
  type: 'urn:earmark:problem:out-of-stock',
  title: 'Out of stock',
  status: 409,
  detail: 'CHAIR has 1 available.',
  help: '/problems/out-of-stock',
};

/** A service that answers each row of a call by its number, until `until` says how the call ends. */
function service(
  answer: (row: number) => Omit<RowResult, 'row'>,
  until: (row: number, call: number) => BulkEndBody['end'] | 'lost' | undefined = () => undefined,
) {
  const calls: number[] = [];
  const send: Send = async ({ rows, firstRow, signal, onResult }) => {
    calls.push(firstRow);
    for (let row = firstRow; row < firstRow + rows.length; row++) {
      await Promise.resolve();
      signal.throwIfAborted();
      const end = until(row, calls.length);
      if (end === 'lost') throw new EarmarkConnectionError('POST', 1, new Error('reset'));
      if (end) return { end, nextRow: row, accepted: 0, refused: 0, detail: `It is ${end}.` };
      onResult({ row, ...answer(row) });
    }
    return { end: 'complete', nextRow: firstRow + rows.length, accepted: 0, refused: 0 };
  };
  return { calls, send };
}

function runOf(send: Send, total: number, onChange: () => void = () => undefined) {
  const waits: number[] = [];
  const run = new ImportRun({
    send,
    total,
    rowAt: (index) => `{"row":${index + 1}}`,
    onChange,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { run, waits };
}

const created = () => ({ status: 201, body: {} });

describe('a run of the import page', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('sends 1,000 rows in a call, and numbers them through', async () => {
    const { calls, send } = service(created);
    const { run } = runOf(send, 2_500);
    await run.run();
    expect(calls).toEqual([1, 1_001, 2_001]);
    expect(run.progress).toMatchObject({ phase: 'complete', answered: 2_500, created: 2_500 });
  });

  it('tells new rows from unchanged and refused ones, and keeps why', async () => {
    const { send } = service((row) =>
      row === 2 ? { status: 200, body: {} } : row === 3 ? { status: 409, problem: OUT_OF_STOCK } : created(),
    );
    const { run } = runOf(send, 4);
    await run.run();
    expect(run.progress).toMatchObject({ created: 2, existing: 1, refused: 1 });
    expect(run.outcomes[2]).toEqual({ kind: 'refused', status: 409, problem: OUT_OF_STOCK });
  });

  it.each(['lost', 'busy', 'stopping', 'stalled'] as const)(
    'goes on after the last answer when a call ends as %s',
    async (end) => {
      const { calls, send } = service(created, (row, call) => (row === 8 && call === 1 ? end : undefined));
      const { run, waits } = runOf(send, 10);
      await run.run();
      expect(calls).toEqual([1, 8]);
      expect(waits).toHaveLength(1);
      expect(run.progress).toMatchObject({ phase: 'complete', created: 10 });
    },
  );

  it('gives up when nothing is answered any more, and goes on when it is asked to', async () => {
    let isAway = true;
    const { calls, send } = service(created, (row) => (row === 3 && isAway ? 'lost' : undefined));
    const { run, waits } = runOf(send, 5);
    await run.run();
    expect(run.progress).toMatchObject({
      phase: 'failed',
      answered: 2,
      reason: expect.stringContaining('lost'),
    });
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000]);
    isAway = false;
    await run.run();
    expect(calls.at(-1)).toBe(3);
    expect(run.progress).toMatchObject({ phase: 'complete', created: 5, reason: null });
  });

  it('fails at once when the service refuses the call', async () => {
    const problem = { ...OUT_OF_STOCK, type: 'urn:earmark:problem:forbidden', status: 403, detail: 'No.' };
    const send: Send = () => Promise.reject(new EarmarkProblem(problem as never, new Response()));
    const { run, waits } = runOf(send, 1);
    await run.run();
    expect(waits).toEqual([]);
    expect(run.progress).toMatchObject({ phase: 'failed', reason: 'No.' });
  });

  it('stops in the middle of a call, and goes on with the first row without an answer', async () => {
    const { calls, send } = service(created);
    let isStopped = false;
    const { run } = runOf(send, 10, () => {
      if (isStopped || run.progress.answered !== 4) return;
      isStopped = true;
      run.stop();
    });
    await run.run();
    expect(run.progress).toMatchObject({ phase: 'stopped', answered: 4 });
    await run.run();
    expect(calls).toEqual([1, 5]);
    expect(run.progress).toMatchObject({ phase: 'complete', created: 10 });
  });

  it('keeps no listener of a wait that is over, however often it waits', async () => {
    jest.useFakeTimers();
    const listening: number[] = [];
    const { send } = service(created, (row, call) => (row === call ? 'lost' : undefined));
    const run = new ImportRun({
      send: (call) => {
        listening.push(getEventListeners(call.signal, 'abort').length);
        return send(call);
      },
      total: 5,
      rowAt: String,
      onChange: () => undefined,
    });
    const end = run.run();
    await jest.runAllTimersAsync();
    await end;
    expect(run.progress).toMatchObject({ phase: 'complete', created: 5 });
    expect(listening).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('ends a wait when it is stopped', async () => {
    jest.useFakeTimers();
    const { send } = service(created, () => 'lost');
    const run = new ImportRun({ send, total: 1, rowAt: String, onChange: () => undefined });
    const end = run.run();
    await jest.advanceTimersByTimeAsync(100);
    expect(run.progress.phase).toBe('waiting');
    run.stop();
    await end;
    expect(run.progress.phase).toBe('stopped');
    expect(jest.getTimerCount()).toBe(0);
  });
});
