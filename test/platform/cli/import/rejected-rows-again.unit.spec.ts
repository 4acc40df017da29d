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
import { Numbering } from '../../../../src/platform/cli/import/numbering.js';
import { rejectsIn } from '../../../../src/platform/cli/import/rejected-rows.js';
import { openRows, type Reject } from '../../../../src/platform/cli/import/rows.js';
import type { Format } from '../../../../src/platform/cli/source.js';

const COLUMNS = new Columns({ reference, sku, quantity, eta });
const OPEN = new Columns({ reference, sku, quantity, eta: etaOrUnchanged });

interface Options {
  readonly format?: Format;
  readonly columns?: typeof COLUMNS | typeof OPEN;
  readonly numbering?: Numbering;
}

/** Reads a file of which no row is taken, and gives the file of its rejects and those of its rows that can be read. */
async function rejected(file: string, into: Format, options: Options = {}) {
  const { format = 'csv', numbering, columns = COLUMNS } = options;
  const source = { format, size: null, chunks: Readable.from([Buffer.from(file)]) };
  const { columns: present, windows } = await openRows(source, columns, { numbering });
  const written: string[] = [];
  const target = { write: (text: string) => Promise.resolve(written.push(text)) } as unknown as FileHandle;
  const rejects = await rejectsIn(target, into, present);
  const read: object[] = [];
  const bad: Reject[] = [];
  for await (const window of windows) {
    read.push(...window.rows.map(({ row }) => row));
    bad.push(...window.bad);
    const refused = window.rows.map(({ line, row, text }) => {
      const values = columns.valuesOf(row);
      return { line, reason: 'refused', message: 'It does not fit.', text, values };
    });
    await rejects.add([...window.bad, ...refused].sort((a, b) => a.line - b.line));
  }
  return { text: written.join(''), read, bad };
}

const HEADER = 'reference,sku,quantity,eta';

describe('A file of rejects', () => {
  it.each<[Format, Format]>([
    ['csv', 'csv'],
    ['csv', 'ndjson'],
    ['ndjson', 'csv'],
    ['ndjson', 'ndjson'],
  ])('gives the same rows when it is imported, out of %s as %s', async (format, into) => {
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

  it('never has a row that is taken unmended for what it was not', async () => {
    const member = fc.oneof(
      fc.constantFrom('PO-1', '5', '', '=1', "'=1", 'a\nb', 'a\rb', ' x', '1,000', '2027-01-31', '31.1.27'),
      fc.string({ maxLength: 5 }),
      fc.constantFrom<unknown>(5, -5, 1.5, 1e300, 0, null, true, [], {}),
    );
    const row = fc.record(
      { reference: member, sku: member, quantity: member, eta: member, colour: member },
      { requiredKeys: [] },
    );
    const formats = fc.constantFrom<Format>('csv', 'ndjson');
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

  it('is taken when it is mended, and its other columns are passed over', async () => {
    const { text } = await rejected(`${HEADER}\nPO-1,LAMP,none,\n`, 'csv');
    const mended = text.replace('none', '5');
    expect((await rejected(mended, 'csv')).read).toEqual([
      { reference: 'PO-1', sku: 'LAMP', quantity: 5, eta: null },
    ]);
  });

  it('says of a row that could not be split that it is not mended, and keeps what it was', async () => {
    const first = await rejected(`${HEADER}\n"PO-1,LAMP,5,\n=PO-2,LAMP\n`, 'csv');
    const again = await rejected(first.text, 'csv');
    expect(again.bad).toMatchObject([
      { line: 2, reason: 'malformed-row', text: '"PO-1,LAMP,5,' },
      { line: 3, reason: 'malformed-row', text: '=PO-2,LAMP' },
    ]);
    expect(again.bad[0]!.message).toMatch(/^The row is not mended/);
    const mended = first.text.replace(/^,,,/gm, 'PO-1,LAMP,5,');
    expect((await rejected(mended, 'csv')).read).toHaveLength(2);
  });

  it('has no column that the imported file has not, for an empty one would say something', async () => {
    const { text } = await rejected('sku,reference,quantity\nLAMP,PO-1,3\n', 'csv', { columns: OPEN });
    expect(text).toMatch(/^sku,reference,quantity,line,reason,message,row\n/);
    expect((await rejected(text, 'csv', { columns: OPEN })).read).toEqual([
      { reference: 'PO-1', sku: 'LAMP', quantity: 3, eta: undefined },
    ]);
  });

  it('is no file that has a column named line alone', async () => {
    await expect(rejected('reference,sku,quantity,line\nPO-1,LAMP,3,1\n', 'csv')).rejects.toThrow(
      'line is not known',
    );
  });
});

describe('References that are numbered', () => {
  const file = `${HEADER}\nPO-7,LAMP,3,\nPO-8,LAMP,none,\nPO-7,RUG,none,\nPO-7,BED\nPO-8,BED,2,\nPO-7,TABLE,2,\n`;
  const references = (rows: readonly object[]) => rows.map((row) => (row as { reference: string }).reference);

  it('count the rows of each, in the order of the file, those that are rejected too', async () => {
    const { read } = await rejected(file, 'csv', { numbering: new Numbering('reference') });
    expect(references(read)).toEqual(['PO-7/1', 'PO-8/2', 'PO-7/4']);
  });

  it('are the same in the same file when its rows are mended', async () => {
    const mended = file.replaceAll('none', '5').replace('BED\n', 'BED,1,\n');
    const { read } = await rejected(mended, 'csv', { numbering: new Numbering('reference') });
    expect(references(read)).toEqual(['PO-7/1', 'PO-8/1', 'PO-7/2', 'PO-7/3', 'PO-8/2', 'PO-7/4']);
  });

  it.each<Format>(['csv', 'ndjson'])('keep their numbers in a file of rejects as %s', async (into) => {
    const { text } = await rejected(file, into, { numbering: new Numbering('reference') });
    const mended = text.replaceAll('none', '5').replaceAll('"5"', '5');
    const options = { format: into, numbering: new Numbering('reference') };
    expect(references((await rejected(mended, into, options)).read)).toEqual([
      'PO-7/1',
      'PO-8/1',
      'PO-7/2',
      'PO-8/2',
      'PO-7/4',
    ]);
  });

  it('must not become too long', async () => {
    const long = 'x'.repeat(127);
    const numbering = new Numbering('reference');
    const { bad } = await rejected(`${HEADER}\n${long},LAMP,3,\n`, 'csv', { numbering });
    expect(bad[0]!.message).toMatch(/^reference must be /);
  });
});
