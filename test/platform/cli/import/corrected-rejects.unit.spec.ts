import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  Columns,
  eta,
  etaOrUnchanged,
  quantity,
  reference,
  sku,
} from '../../../../src/platform/cli/import/columns.js';
import { Numbering } from '../../../../src/platform/cli/import/row-reader.js';
import { writeRejectedRows } from '../../../../src/platform/cli/import/rejected-rows.js';
import { openRows, type RejectedRow } from '../../../../src/platform/cli/import/rows.js';
import type { FileFormat } from '../../../../src/platform/cli/file-format.js';

const COLUMNS = new Columns({ reference, sku, quantity, eta });
const OPEN = new Columns({ reference, sku, quantity, eta: etaOrUnchanged });

interface Options {
  readonly format?: FileFormat;
  readonly columns?: typeof COLUMNS | typeof OPEN;
  readonly numbering?: Numbering;
}

/** Imports a file of which every row is rejected; resolves with the file of rejects and the rows that could be read. */
async function rejected(file: string, into: FileFormat, options: Options = {}) {
  const { format = 'csv', numbering, columns = COLUMNS } = options;
  const source = { format, size: null, chunks: Readable.from([Buffer.from(file)]) };
  const { columns: present, windows } = await openRows(source, columns, { numbering });
  const written: string[] = [];
  const target = { write: (text: string) => Promise.resolve(written.push(text)) } as unknown as FileHandle;
  const rejectedRows = await writeRejectedRows(target, into, present);
  const read: object[] = [];
  const bad: RejectedRow[] = [];
  for await (const window of windows) {
    read.push(...window.rows.map(({ row }) => row));
    bad.push(...window.rejected);
    const refused = window.rows.map(({ line, row, text }) => {
      const values = columns.valuesOf(row);
      return { line, reason: 'refused', message: 'It does not fit.', text, values };
    });
    await rejectedRows.add([...window.rejected, ...refused].sort((a, b) => a.line - b.line));
  }
  return { text: written.join(''), read, bad };
}

const HEADER = 'reference,sku,quantity,eta';

describe('A file of rejects', () => {
  it.each<[FileFormat, FileFormat]>([
    ['csv', 'csv'],
    ['csv', 'ndjson'],
    ['ndjson', 'csv'],
    ['ndjson', 'ndjson'],
  ])('gives the same rows when it is imported, from %s to %s', async (format, into) => {
    const rows = [
      { reference: '=1+1', sku: "'-5", quantity: 3, eta: null },
      { reference: 'a,"b";c', sku: '日本', quantity: 4, eta: '2027-01-31' },
    ];
    const file =
      format === 'ndjson'
        ? rows.map((row) => JSON.stringify(row)).join('\n')
        : `${HEADER}\n=1+1,''-5,3,\n"a,""b"";c",日本,4,2027-01-31\n`;
    const first = await rejected(file, into, { format });
    const again = await rejected(first.text, into, { format: into });
    expect(again.read).toEqual(first.read);
    expect(again.read).toHaveLength(2);
    expect(again.bad).toEqual([]);
  });

  it('never turns an invalid row into a valid one without a correction', async () => {
    const member = fc.oneof(
      fc.constantFrom('PO-1', '5', '', '=1', "'=1", 'a\nb', 'a\rb', ' x', '1,000', '2027-01-31', '31.1.27'),
      fc.string({ maxLength: 5 }),
      fc.constantFrom<unknown>(5, -5, 1.5, 1e300, 0, null, true, [], {}),
    );
    const row = fc.record(
      { reference: member, sku: member, quantity: member, eta: member, colour: member },
      { requiredKeys: [] },
    );
    const formats = fc.constantFrom<FileFormat>('csv', 'ndjson');
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), formats, async (rows, into) => {
        const options = { format: 'ndjson' } as const;
        const first = await rejected(rows.map((each) => JSON.stringify(each)).join('\n'), into, options);
        const again = await rejected(first.text, into, { format: into });
        expect(again.read).toEqual(first.read);
        expect(again.bad).toHaveLength(first.bad.length);
        expect((await rejected(again.text, into, { format: into })).text.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('is accepted when it is corrected, and its extra columns are ignored', async () => {
    const { text } = await rejected(`${HEADER}\nPO-1,LAMP,none,\n`, 'csv');
    const corrected = text.replace('none', '5');
    expect((await rejected(corrected, 'csv')).read).toEqual([
      { reference: 'PO-1', sku: 'LAMP', quantity: 5, eta: null },
    ]);
  });

  it('keeps a row that could not be split, and rejects it until it is corrected', async () => {
    const first = await rejected(`${HEADER}\n"PO-1,LAMP,5,\n=PO-2,LAMP\n`, 'csv');
    const again = await rejected(first.text, 'csv');
    expect(again.bad).toMatchObject([
      { line: 2, reason: 'malformed-row', text: '"PO-1,LAMP,5,' },
      { line: 3, reason: 'malformed-row', text: '=PO-2,LAMP' },
    ]);
    expect(again.bad[0]!.message).toMatch(/^The row is not corrected/);
    const corrected = first.text.replace(/^,,,/gm, 'PO-1,LAMP,5,');
    expect((await rejected(corrected, 'csv')).read).toHaveLength(2);
  });

  it('has no column that the imported file lacks, since an empty cell has a meaning', async () => {
    const { text } = await rejected('sku,reference,quantity\nLAMP,PO-1,3\n', 'csv', { columns: OPEN });
    expect(text).toMatch(/^sku,reference,quantity,line,reason,message,row\n/);
    expect((await rejected(text, 'csv', { columns: OPEN })).read).toEqual([
      { reference: 'PO-1', sku: 'LAMP', quantity: 3, eta: undefined },
    ]);
  });

  it('is not recognised by a column named line alone', async () => {
    await expect(rejected('reference,sku,quantity,line\nPO-1,LAMP,3,1\n', 'csv')).rejects.toThrow(
      'line is unknown',
    );
  });
});

describe('Numbered references', () => {
  const file = `${HEADER}\nPO-7,LAMP,3,\nPO-8,LAMP,none,\nPO-7,RUG,none,\nPO-7,BED\nPO-8,BED,2,\nPO-7,TABLE,2,\n`;
  const references = (rows: readonly object[]) => rows.map((row) => (row as { reference: string }).reference);

  it('count all rows of a reference in the order of the file, also rejected ones', async () => {
    const { read } = await rejected(file, 'csv', { numbering: new Numbering('reference') });
    expect(references(read)).toEqual(['PO-7/1', 'PO-8/2', 'PO-7/4']);
  });

  it('stay the same when rows of the file are corrected', async () => {
    const corrected = file.replaceAll('none', '5').replace('BED\n', 'BED,1,\n');
    const { read } = await rejected(corrected, 'csv', { numbering: new Numbering('reference') });
    expect(references(read)).toEqual(['PO-7/1', 'PO-8/1', 'PO-7/2', 'PO-7/3', 'PO-8/2', 'PO-7/4']);
  });

  it.each<FileFormat>(['csv', 'ndjson'])('keep their numbers in a file of rejects in %s', async (into) => {
    const { text } = await rejected(file, into, { numbering: new Numbering('reference') });
    const corrected = text.replaceAll('none', '5').replaceAll('"5"', '5');
    const options = { format: into, numbering: new Numbering('reference') };
    expect(references((await rejected(corrected, into, options)).read)).toEqual([
      'PO-7/1',
      'PO-8/1',
      'PO-7/2',
      'PO-8/2',
      'PO-7/4',
    ]);
  });

  it('must not exceed the length of a reference', async () => {
    const long = 'x'.repeat(127);
    const numbering = new Numbering('reference');
    const { bad } = await rejected(`${HEADER}\n${long},LAMP,3,\n`, 'csv', { numbering });
    expect(bad[0]!.message).toMatch(/^reference must be /);
  });
});
