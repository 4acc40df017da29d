import { describe, expect, it } from '@jest/globals';
import {
  Columns,
  eta,
  orderId,
  quantity,
  reference,
  sku,
} from '../../../../src/platform/cli/import/columns.js';
import { InvalidFile } from '../../../../src/platform/cli/import/invalid-file.js';
import { ndjsonReader } from '../../../../src/platform/cli/import/ndjson-reader.js';
import { openRows, type Window } from '../../../../src/platform/cli/import/rows.js';
import type { FileFormat } from '../../../../src/platform/cli/file-format.js';

const COLUMNS = new Columns({
  reference,
  sku,
  quantity,
  eta,
});
const HEADER = 'reference,sku,quantity,eta\n';

interface Read {
  /** Rows by line. */
  rows: Record<number, unknown>;
  /** Reason and message by line. */
  bad: Record<number, [reason: string, message: string]>;
}

/** Reads a file that arrives in chunks of `chunk` bytes. */
async function read(
  file: string | Buffer,
  { format = 'csv', chunk = 7 }: { format?: FileFormat; chunk?: number } = {},
): Promise<Read> {
  const all: Read = { rows: {}, bad: {} };
  for await (const window of windows(Buffer.from(file), format, chunk)) {
    for (const { line, row } of window.rows) all.rows[line] = row;
    for (const { line, reason, message } of window.rejected) all.bad[line] = [reason, message];
  }
  return all;
}

async function* windows(bytes: Buffer, format: FileFormat, chunk: number): AsyncGenerator<Window<object>> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk)
      yield await Promise.resolve(bytes.subarray(at, at + chunk));
  }
  yield* (await openRows({ format, size: bytes.length, chunks: chunks() }, COLUMNS)).windows;
}

const EMPTY = new InvalidFile('The file is empty: there is nothing to import.');
const NO_ROWS = new InvalidFile('The file has a header and no rows: there is nothing to import.');

const LAMP = { reference: 'PO-1', sku: 'LAMP', quantity: 3, eta: '2027-01-31' };

describe('A CSV file', () => {
  it('may have its columns in any order', async () => {
    const { rows } = await read('eta,quantity,sku,reference\n2027-01-31,3,LAMP,PO-1\n,4,RUG,PO-2\n');
    expect(rows).toEqual({ 2: LAMP, 3: { reference: 'PO-2', sku: 'RUG', quantity: 4, eta: null } });
  });

  it('may leave out an optional column', async () => {
    expect((await read('reference,sku,quantity\nPO-1,LAMP,3\n')).rows).toEqual({ 2: { ...LAMP, eta: null } });
  });

  it.each([
    ['lines that end in CRLF', `${HEADER.trim()}\r\nPO-1,LAMP,3,2027-01-31\r\n`],
    ['a byte order mark', `\uFEFF${HEADER}PO-1,LAMP,3,2027-01-31\n`],
    ['no end of its last line', `${HEADER}PO-1,LAMP,3,2027-01-31`],
    ['quotes', `"reference","sku",quantity,eta\n"PO-1","LAMP","3","2027-01-31"\n`],
  ])('may have %s', async (_, file) => {
    for (const chunk of [1, 2, 3, 64]) expect((await read(file, { chunk })).rows).toEqual({ 2: LAMP });
  });

  it('may hold commas, doubled quotes and any letter in a quoted cell', async () => {
    const { rows } = await read(`${HEADER}"a, ""b"" 😀",LAMP,3,2027-01-31\n`);
    expect(rows).toEqual({ 2: { ...LAMP, reference: 'a, "b" 😀' } });
  });

  it('may have empty lines, which count as lines', async () => {
    expect((await read(`${HEADER}\n\r\nPO-1,LAMP,3,2027-01-31\n\n`)).rows).toEqual({ 4: LAMP });
  });

  it.each([
    ['Reference,SKU,Quantity,ETA'],
    [' reference , sku ,quantity,eta'],
    ['ref,sku,qty,eta'],
    ['Batch Ref,sku,QTY,eta'],
    ['batch-reference,sku,qty,eta'],
  ])('may use other names of its columns: %s', async (header) => {
    expect((await read(`${header}\nPO-1,LAMP,3,2027-01-31\n`)).rows).toEqual({ 2: LAMP });
  });

  const must = 'The first line must name the columns reference,sku,quantity,eta';
  it.each([
    ['an unknown column', 'reference,sku,quantity,colour\n', `${must}: colour is unknown.`],
    ['a column without a name', 'reference,sku,quantity,\n', `${must}: a column without a name is unknown.`],
    ['a column twice', 'reference,sku,sku,quantity\n', `${must}: sku appears twice.`],
    ['a column under two names', 'reference,ref,sku,quantity\n', `${must}: reference appears twice.`],
    ['a required column missing', 'reference,quantity,eta\n', `${must}: sku is missing.`],
    ['columns of another file', 'order_id,sku,qty\n', `${must}: reference is missing, order_id is unknown.`],
    ['a row in its place', 'PO-1,LAMP,3,2027-01-31\n', `${must}; it is: PO-1,LAMP,3,2027-01-31`],
    ['a long row in its place', `${'x'.repeat(61)},1\n`, `${must}; it is: ${'x'.repeat(60)}…`],
    [
      'semicolons',
      'reference;sku;quantity;eta\n',
      'The columns are separated by semicolons: add --separator semicolon, or save the file with commas.',
    ],
    [
      'tabs',
      'ref\tsku\tqty\n',
      'The columns are separated by tabs: add --separator tab, or save the file with commas.',
    ],
    ['pipes', 'ref|sku|qty\n', 'The columns are separated by pipes: save the file with commas.'],
    ['an open quote', '"reference,sku,quantity\n', 'The first line has unbalanced quotes.'],
  ])('is rejected for a header with %s', async (_, file, message) => {
    await expect(read(file)).rejects.toThrow(new InvalidFile(message));
  });

  it.each(['', '\uFEFF', '\n\n'])('is rejected if it is empty: %j', async (file) => {
    await expect(read(file)).rejects.toThrow(EMPTY);
  });

  it.each([HEADER, HEADER.trim(), `${HEADER}\n\r\n`])(
    'is rejected if it ends after its header: %j',
    async (file) => {
      await expect(read(file)).rejects.toThrow(NO_ROWS);
    },
  );

  it.each([
    ['semicolon', ';', '"a;b,""c"""', 'a;b,"c"'],
    ['tab', '\t', '"a;b,""c"""', 'a;b,"c"'],
    ['tab', '\t', 'a;b,c', 'a;b,c'],
  ])('may be separated by a %s', async (_, separator, cell, reference) => {
    const file = [
      ['ref', 'sku', 'qty', 'eta'],
      [cell, 'LAMP', '3', ''],
    ]
      .map((cells) => cells.join(separator))
      .join('\n');
    const chunks = (async function* () {
      yield await Promise.resolve(Buffer.from(file));
    })();
    const { windows } = await openRows({ format: 'csv', size: null, chunks }, COLUMNS, { separator });
    const rows: unknown[] = [];
    for await (const window of windows) rows.push(...window.rows.map(({ row }) => row));
    expect(rows).toEqual([{ ...LAMP, reference, eta: null }]);
  });

  it.each([
    ['PO-1,LAMP,3', 'malformed-row', 'The row has 3 columns, the header has 4.'],
    ['PO-1,LAMP,3,,', 'malformed-row', 'The row has 5 columns, the header has 4.'],
    ['"PO-1,LAMP,3,', 'malformed-row', 'Unbalanced quotes: '],
    ['"PO"-1,LAMP,3,', 'malformed-row', 'Unbalanced quotes: '],
    ['PO-1,,3,', 'validation-failed', 'sku must be a text of 1 to 128 characters'],
    ['PO-1, LAMP,3,', 'validation-failed', 'sku must be a text of 1 to 128 characters'],
    [`PO-1,${'x'.repeat(129)},3,`, 'validation-failed', 'sku must be a text of 1 to 128 characters'],
    ['PO-1,LAMP,0,', 'validation-failed', 'quantity must be a whole number from 1 to 2147483647.'],
    ['PO-1,LAMP,-1,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,1.5,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,1e3,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,2147483648,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,3,2027-02-30', 'validation-failed', 'eta must be an existing date'],
    ['PO-1,LAMP,3,soon', 'validation-failed', 'eta must be an existing date'],
    ['PO-1,LA\0MP,3,', 'malformed-row', 'The row contains NUL bytes'],
    ['PO-1,LAMP,3\0,', 'malformed-row', 'The row contains NUL bytes'],
    ['PO-1,LAMP,3,\rPO-2,LAMP,3,', 'malformed-row', 'The row contains a carriage return (CR)'],
    ['PO-1;LAMP;3;', 'malformed-row', 'The row has another separator than the header.'],
    ['PO-1,LAMP,1,000,', 'malformed-row', 'If 1,000 is one number, it has a thousands separator'],
  ])('reports the row %s, and reads on', async (row, reason, message) => {
    const { rows, bad } = await read(`${HEADER}${row}\nPO-1,LAMP,3,2027-01-31\n`);
    expect(bad).toEqual({ 2: [reason, expect.stringContaining(message)] });
    expect(rows).toEqual({ 3: LAMP });
  });

  it('reports a row that is not UTF-8, and reads on', async () => {
    const file = Buffer.concat([
      Buffer.from(HEADER),
      Buffer.from('PO-\xff,LAMP,3,\n', 'latin1'),
      Buffer.from('PO-1,LAMP,3,2027-01-31\n'),
    ]);
    const { rows, bad } = await read(file);
    expect(bad).toEqual({
      2: ['not-utf-8', 'The row is not UTF-8, perhaps Windows-1252 or Latin-1: save the file as UTF-8.'],
    });
    expect(rows).toEqual({ 3: LAMP });
  });

  it.each(['x', '"', '""', ',', '",'])('reports a row over 1 MiB, and reads on: %s', async (part) => {
    const row = part.repeat(Math.ceil(1_048_577 / part.length));
    const { rows, bad } = await read(`${HEADER}${row}\nPO-1,LAMP,3,2027-01-31\n`, { chunk: 65_536 });
    expect(bad).toEqual({ 2: ['row-too-long', 'The row is longer than 1 MiB.'] });
    expect(rows).toEqual({ 3: LAMP });
  });

  it.each(['x', '"', '""', '",'])(
    'reads a row of exactly 1 MiB, and rejects its content: %s',
    async (part) => {
      const row = part.repeat(Math.floor(1_048_576 / part.length));
      const { rows, bad } = await read(`${HEADER}${row}\nPO-1,LAMP,3,2027-01-31\n`, { chunk: 65_536 });
      expect(bad[2]?.[0]).toBe('malformed-row');
      expect(rows).toEqual({ 3: LAMP });
    },
  );

  it('is read in windows of at most 50,000 rows', async () => {
    const file = HEADER + 'PO-1,LAMP,3,2027-01-31\n'.repeat(50_001);
    const sizes: number[] = [];
    for await (const { rows } of windows(Buffer.from(file), 'csv', 65_536)) sizes.push(rows.length);
    expect(sizes).toEqual([50_000, 1]);
  });

  it('is read in windows of at most 50,000 rows, valid or not', async () => {
    const file = HEADER + 'PO-1,LAMP,3,\nPO-1,LAMP,0,\n'.repeat(25_001);
    const sizes: [number, number][] = [];
    for await (const { rows, rejected: bad } of windows(Buffer.from(file), 'csv', 65_536))
      sizes.push([rows.length, bad.length]);
    expect(sizes).toEqual([
      [25_000, 25_000],
      [1, 1],
    ]);
  });

  it('is read in windows of at most 16 MiB, which know where they end', async () => {
    const mib = 1_048_576;
    const file = Buffer.from(HEADER + `${'x'.repeat(mib - 1)}\n`.repeat(40));
    const found: [number, number][] = [];
    for await (const { rejected: bad, end } of windows(file, 'csv', 65_536))
      found.push([bad.length, end - HEADER.length]);
    expect(found).toEqual([
      [16, 16 * mib],
      [16, 32 * mib],
      [8, 40 * mib],
    ]);
  });
});

describe('An NDJSON file', () => {
  const readLines = (...lines: string[]) =>
    read(lines.map((line) => `${line}\n`).join(''), { format: 'ndjson' });

  it('is rejected if it is empty', async () => {
    await expect(read('', { format: 'ndjson' })).rejects.toThrow(EMPTY);
    await expect(read('\n', { format: 'ndjson' })).rejects.toThrow(EMPTY);
  });

  it('has an object per line', async () => {
    const { rows } = await readLines(
      JSON.stringify(LAMP),
      '',
      '{"reference":"PO-2","sku":"RUG","quantity":4}',
    );
    expect(rows).toEqual({ 1: LAMP, 3: { reference: 'PO-2', sku: 'RUG', quantity: 4, eta: null } });
  });

  it('may name its members like the columns or like in REST', () => {
    const read = ndjsonReader(new Columns({ orderId }));
    for (const name of ['order_id', 'orderId', 'orderid', 'Order ID'])
      expect(read(`{"${name}":"o-1"}`)).toEqual({ orderId: 'o-1' });
  });

  it.each([
    ['{"reference":', 'malformed-json', 'The line is not JSON'],
    ['[]', 'malformed-row', 'The line must be a JSON object.'],
    ['null', 'malformed-row', 'The line must be a JSON object.'],
    ['{"reference":"PO-1","sku":"LAMP"}', 'validation-failed', 'quantity is required.'],
    [
      '{"reference":"PO-1","sku":"LAMP","quantity":"3"}',
      'validation-failed',
      'quantity must be a whole number',
    ],
    ['{"reference":"PO-1","sku":"LAMP","quantity":3,"x":1}', 'validation-failed', 'x is not a known field'],
    ['{"__proto__":{"sku":"LAMP"}}', 'validation-failed', '__proto__ is not a known field'],
    [
      '{"reference":"PO-1","ref":"PO-2","sku":"LAMP","quantity":3}',
      'validation-failed',
      'reference appears twice',
    ],
    [
      '{"reference":"PO-1","sku":"LAMP","quantity":3,"eta":"31.01.2027"}',
      'validation-failed',
      '31.01.2027 is another date format',
    ],
    [
      '{"reference":"PO-1","sku":"4.00639E+12","quantity":3}',
      'validation-failed',
      'a long number that a spreadsheet shortened',
    ],
  ])('reports the line %s, and reads on', async (line, reason, message) => {
    const { rows, bad } = await readLines(JSON.stringify(LAMP), line, JSON.stringify(LAMP));
    expect(bad).toEqual({ 2: [reason, expect.stringContaining(message)] });
    expect(rows).toEqual({ 1: LAMP, 3: LAMP });
  });
});
