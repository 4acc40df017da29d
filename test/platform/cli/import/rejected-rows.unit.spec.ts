import { EventEmitter } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ImportProgress } from '../../../../src/platform/cli/import/import-progress.js';
import { Columns, eta, location, quantity, sku } from '../../../../src/platform/cli/import/columns.js';
import { writeRejectedRows, showRejectedRows } from '../../../../src/platform/cli/import/rejected-rows.js';
import type { RejectedRow } from '../../../../src/platform/cli/import/rows.js';
import type { FileFormat } from '../../../../src/platform/cli/file-format.js';

const REJECT = {
  line: 7,
  reason: 'refused',
  message: 'It does not\nfit.',
  text: 'shelf,"101"',
  values: { name: 'shelf', quantity: 101 },
};

let done: string[];
beforeEach(() => {
  done = [];
});

describe('Rejected rows on stderr', () => {
  class Out extends EventEmitter {
    isWritable = true;

    write(text: string): boolean {
      done.push(text);
      return this.isWritable;
    }
  }
  const progress = { clear: () => done.push('cleared') } as unknown as ImportProgress;
  const to = (out: Out) => showRejectedRows(out as unknown as NodeJS.WritableStream, progress);

  it('are shown a line each, after the progress is cleared', async () => {
    await to(new Out()).add([REJECT, { ...REJECT, line: 8, message: 'Nor that.' }]);
    expect(done).toEqual(['cleared', 'line 7: It does not\\u000afit.\nline 8: Nor that.\n']);
  });

  it('show nothing if there are none', async () => {
    await to(new Out()).add([]);
    expect(done).toEqual([]);
  });

  it('are shown no faster than they are read', async () => {
    const out = new Out();
    out.isWritable = false;
    const adding = to(out)
      .add([REJECT])
      .then(() => done.push('added'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).not.toContain('added');
    out.emit('drain');
    await adding;
    expect(done.at(-1)).toBe('added');
  });

  it('are shown up to the tenth, and counted from there', async () => {
    const rejected = to(new Out());
    await rejected.add(Array.from({ length: 6 }, () => REJECT));
    await rejected.add(Array.from({ length: 6 }, () => REJECT));
    await rejected.add([REJECT]);
    rejected.end();
    const lines = done.filter((text) => text !== 'cleared').join('');
    expect(lines).toBe(
      `${'line 7: It does not\\u000afit.\n'.repeat(10)}and 3 more rows: --rejects FILE writes all of them\n`,
    );
  });

  it('are not counted if all of them are shown', async () => {
    const rejected = to(new Out());
    await rejected.add(Array.from({ length: 10 }, () => REJECT));
    rejected.end();
    expect(done).toHaveLength(2);
  });
});

describe('A file of rejects', () => {
  const { all: columns } = new Columns({ name: sku, quantity, eta });
  const written = async (format: FileFormat, ...rejects: Partial<RejectedRow>[]) => {
    const file = { write: (text: string) => Promise.resolve(done.push(text)) } as unknown as FileHandle;
    const to = await writeRejectedRows(file, format, columns);
    await to.add([]);
    await to.add(rejects.map((each) => ({ ...REJECT, ...each })));
    to.end();
    return done.join('');
  };
  const HEADER = 'name,quantity,eta,line,reason,message,row\n';
  const ENDS = '7,refused,It does not\\u000afit.';

  it('has each row in its columns, with its line and the reason', async () => {
    expect(await written('csv', { values: { name: 'shelf', quantity: 101, eta: null } })).toBe(
      `${HEADER}shelf,101,,${ENDS},\n`,
    );
  });

  it('has an empty cell for a value that an empty cell leaves out', async () => {
    const { all: columns } = new Columns({ sku, location });
    const file = { write: (text: string) => Promise.resolve(done.push(text)) } as unknown as FileHandle;
    const rejects = await writeRejectedRows(file, 'csv', columns);
    await rejects.add([{ ...REJECT, values: { sku: 'LAMP', location: undefined } }]);
    expect(done.join('')).toBe(`sku,location,line,reason,message,row\nLAMP,,${ENDS},\n`);
  });

  it('has no formula that a spreadsheet runs', async () => {
    const values = { name: '=1+1', quantity: '-5', eta: '@SUM(A1)' };
    expect(await written('csv', { values, message: '+1' })).toBe(
      `${HEADER}'=1+1,'-5,'@SUM(A1),7,refused,'+1,\n`,
    );
  });

  it.each<[string, Record<string, unknown> | null]>([
    ['that could not be split', null],
    ['with a number for a code', { name: 5, quantity: 1, eta: null }],
    ['with a text for a number', { name: 'a', quantity: '5', eta: null }],
    ['with an empty text for a day', { name: 'a', quantity: 5, eta: '' }],
    ['with null for a code', { name: null, quantity: 5, eta: null }],
    ['with an object', { name: {}, quantity: 5, eta: null }],
    ['with a line break', { name: 'a\nb', quantity: 5, eta: null }],
    ['with a member that has no column', { name: 'a', quantity: 5, eta: null, colour: 'red' }],
    ['with a member left out', { name: 'a', quantity: 5 }],
    ['with a text that is too long to be repeated', { name: 'x'.repeat(1_001), quantity: 5, eta: null }],
  ])('has a row unchanged in the column row, beside empty cells, if it is one %s', async (_, values) => {
    expect(await written('csv', { values })).toBe(`${HEADER},,,${ENDS},"shelf,""101"""\n`);
  });

  it('has only the beginning of a long row, on one line', async () => {
    expect(await written('csv', { values: null, text: `a\rb${'x'.repeat(1_001)}` })).toBe(
      `${HEADER},,,${ENDS},a\\u000db${'x'.repeat(997)}\n`,
    );
  });

  it('has an object per line in NDJSON', async () => {
    const values = { name: 5, colour: 'red' };
    const rejected = { line: 7, reason: 'refused', message: REJECT.message };
    const text = await written('ndjson', { values }, { values: null });
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ ...values, rejected }, { rejected: { ...rejected, row: REJECT.text } }]);
  });
});
