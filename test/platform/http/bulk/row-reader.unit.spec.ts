import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { RowReader } from '../../../../src/platform/http/bulk/row-reader.js';
import { ValidationFailed } from '../../../../src/platform/http/problems/problem.js';
import { signal } from '../../../support/signal.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const asIs = (value: unknown) => value;

function aReader(read: (value: unknown) => unknown = asIs, { first = 1, arrivalMs = 60_000 } = {}) {
  const body = new PassThrough();
  return { body, reader: new RowReader<unknown>(body, read, first, arrivalMs) };
}

describe('The reader of rows', () => {
  it('hands out together what has arrived together', async () => {
    const { body, reader } = aReader();
    body.write('1\n2\n');
    expect(await reader.take()).toEqual([
      { row: 1, value: 1 },
      { row: 2, value: 2 },
    ]);
    body.write('3\n4');
    expect(await reader.take()).toEqual([{ row: 3, value: 3 }]);
    body.end('2');
    expect(await reader.take()).toEqual([{ row: 4, value: 42 }]);
    expect(await reader.take()).toEqual([]);
    expect(reader.next).toBe(5);
  });

  it('says that no row has arrived in time, also if only a part of one has', async () => {
    const { body, reader } = aReader(asIs, { arrivalMs: 20 });
    expect(await reader.take()).toBeUndefined();
    body.write('{"a":');
    expect(await reader.take()).toBeUndefined();
    body.write('1}\n');
    let rows;
    do rows = await reader.take();
    while (!rows);
    expect(rows).toEqual([{ row: 1, value: { a: 1 } }]);
  });

  it('stops reading while enough rows wait', async () => {
    const { body, reader } = aReader();
    const lines = '"row"\n'.repeat(50_000);
    body.end(lines);
    let rows = 0;
    for (;;) {
      const taken = (await reader.take())!;
      if (taken.length === 0) break;
      expect(taken.length).toBeLessThanOrEqual(4_096);
      rows += taken.length;
    }
    expect(rows).toBe(50_000);
  });

  it('holds few long rows', async () => {
    const { body, reader } = aReader();
    body.end(`"${'x'.repeat(300_000)}"\n`.repeat(10));
    for (let left = 10; left > 0;) {
      const taken = (await reader.take())!;
      expect(taken.length).toBeLessThanOrEqual(2);
      left -= taken.length;
    }
  });

  it('waits for a row that takes time to be checked, and keeps the order', async () => {
    const checked = signal();
    const { body, reader } = aReader(async (value) => {
      if (value === 1) await checked.given;
      if (value === 1) throw new ValidationFailed([{ field: 'a', message: 'a is required.' }]);
      return value;
    });
    body.end('1\n2\n');
    const taking = reader.take();
    await turn();
    checked.give();
    expect(await taking).toMatchObject([
      { row: 1, problem: { code: 'validation-failed' } },
      { row: 2, value: 2 },
    ]);
  });

  it('fails with its body', async () => {
    const { body, reader } = aReader();
    body.write('1\n');
    await reader.take();
    body.destroy(new Error('reset'));
    await expect(reader.take()).rejects.toThrow('reset');
  });

  it('fails with what is no problem of the row', async () => {
    const { body, reader } = aReader(() => {
      throw new TypeError('undefined is not a row');
    });
    body.end('1\n');
    await expect(reader.take()).rejects.toThrow(TypeError);
  });

  it('throws away what arrives after it was closed', async () => {
    const { body, reader } = aReader();
    body.write('1\n');
    await reader.take();
    reader.close();
    expect(await reader.take()).toEqual([]);
    const rest = 'x\n'.repeat(1_000_000);
    await new Promise<void>((resolve) => body.end(rest, () => resolve()));
    expect(await reader.take()).toEqual([]);
  });
});
