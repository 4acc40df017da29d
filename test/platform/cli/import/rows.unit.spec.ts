import { describe, expect, it } from '@jest/globals';
import {
  Columns,
  eta,
  orderId,
  quantity,
  reference,
  sku,
} from '../../../../src/platform/cli/import/columns.js';
import { InvalidHeader } from '../../../../src/platform/cli/import/header.js';
import { ndjsonReader } from '../../../../src/platform/cli/import/ndjson-reader.js';
import { EmptyFile, NoRows, openRows, type Window } from '../../../../src/platform/cli/import/rows.js';
import type { Format } from '../../../../src/platform/cli/source.js';

const COLUMNS = new Columns({
  reference,
  sku,
  quantity,
  eta,
});
const HEADER = 'reference,sku,quantity,eta\n';

interface Read {
  /** The rows by their line. */
  rows: Record<number, unknown>;
  /** Reason and message by the line. */
  bad: Record<number, [reason: string, message: string]>;
}

/** Reads a file that arrives in chunks of so many bytes. */
async function read(
  file: string | Buffer,
  { format = 'csv', chunk = 7 }: { format?: Format; chunk?: number } = {},
): Promise<Read> {
  const all: Read = { rows: {}, bad: {} };
  for await (const window of windows(Buffer.from(file), format, chunk)) {
    for (const { line, row } of window.rows) all.rows[line] = row;
    for (const { line, reason, message } of window.bad) all.bad[line] = [reason, message];
  }
  return all;
}

async function* windows(bytes: Buffer, format: Format, chunk: number): AsyncGenerator<Window<object>> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk)
      yield await Promise.resolve(bytes.subarray(at, at + chunk));
  }
  yield* (await openRows({ format, size: bytes.length, chunks: chunks() }, COLUMNS)).windows;
}

const LAMP = { reference: 'PO-1', sku: 'LAMP', quantity: 3, eta: '2027-01-31' };

describe('A CSV file', () => {
  it('is read by its header, with the columns in any order', async () => {
    const { rows } = await read('eta,quantity,sku,reference\n2027-01-31,3,LAMP,PO-1\n,4,RUG,PO-2\n');
    expect(rows).toEqual({ 2: LAMP, 3: { reference: 'PO-2', sku: 'RUG', quantity: 4, eta: null } });
  });

  it('may leave out a column that may be empty', async () => {
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
  ])('may name its columns as other systems do: %s', async (header) => {
    expect((await read(`${header}\nPO-1,LAMP,3,2027-01-31\n`)).rows).toEqual({ 2: LAMP });
  });

  const must = 'The first line must name the columns reference,sku,quantity,eta';
  it.each([
    ['a column that nobody knows', 'reference,sku,quantity,colour\n', `${must}: colour is not known.`],
    [
      'a column without a name',
      'reference,sku,quantity,\n',
      `${must}: a column without a name is not known.`,
    ],
    ['a column twice', 'reference,sku,sku,quantity\n', `${must}: sku is there twice.`],
    ['a column under two names', 'reference,ref,sku,quantity\n', `${must}: reference is there twice.`],
    ['a required column missing', 'reference,quantity,eta\n', `${must}: sku is missing.`],
    [
      'columns of another file',
      'order_id,sku,qty\n',
      `${must}: reference is missing, order_id is not known.`,
    ],
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
    ['an open quote', '"reference,sku,quantity\n', 'The quotes of the first line do not match.'],
  ])('is refused for a header with %s', async (_, file, message) => {
    await expect(read(file)).rejects.toThrow(new InvalidHeader(message));
  });

  it.each(['', '\uFEFF', '\n\n'])('is refused where it is empty: %j', async (file) => {
    await expect(read(file)).rejects.toThrow(EmptyFile);
  });

  it.each([HEADER, HEADER.trim(), `${HEADER}\n\r\n`])(
    'is refused if it ends after its header: %j',
    async (file) => {
      await expect(read(file)).rejects.toThrow(new NoRows());
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
    ['PO-1,LAMP,3', 'malformed-row', 'The row has 3 columns, the header 4.'],
    ['PO-1,LAMP,3,,', 'malformed-row', 'The row has 5 columns, the header 4.'],
    ['"PO-1,LAMP,3,', 'malformed-row', 'The quotes do not match: '],
    ['"PO"-1,LAMP,3,', 'malformed-row', 'The quotes do not match: '],
    ['PO-1,,3,', 'validation-failed', 'sku must be a text of 1 to 128 characters'],
    ['PO-1, LAMP,3,', 'validation-failed', 'sku must be a text of 1 to 128 characters'],
    [`PO-1,${'x'.repeat(129)},3,`, 'validation-failed', 'sku must be a text of 1 to 128 characters'],
    ['PO-1,LAMP,0,', 'validation-failed', 'quantity must be a whole number from 1 to 2147483647.'],
    ['PO-1,LAMP,-1,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,1.5,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,1e3,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,2147483648,', 'validation-failed', 'quantity must be a whole number'],
    ['PO-1,LAMP,3,2027-02-30', 'validation-failed', 'eta must be a day of the calendar'],
    ['PO-1,LAMP,3,soon', 'validation-failed', 'eta must be a day of the calendar'],
    ['PO-1,LA\0MP,3,', 'malformed-row', 'The row has NUL bytes'],
    ['PO-1,LAMP,3\0,', 'malformed-row', 'The row has NUL bytes'],
    ['PO-1,LAMP,3,\rPO-2,LAMP,3,', 'malformed-row', 'The row has a carriage return (CR) in it'],
    ['PO-1;LAMP;3;', 'malformed-row', 'Its cells are separated otherwise than those of the header.'],
    ['PO-1,LAMP,1,000,', 'malformed-row', 'If 1,000 is one number, it has a thousands separator'],
  ])('tells of the row %s, and reads on', async (row, reason, message) => {
    const { rows, bad } = await read(`${HEADER}${row}\nPO-1,LAMP,3,2027-01-31\n`);
    expect(bad).toEqual({ 2: [reason, expect.stringContaining(message)] });
    expect(rows).toEqual({ 3: LAMP });
  });

  it('tells of a row that is not UTF-8, and reads on', async () => {
    const file = Buffer.concat([
      Buffer.from(HEADER),
      Buffer.from('PO-\xff,LAMP,3,\n', 'latin1'),
      Buffer.from('PO-1,LAMP,3,2027-01-31\n'),
    ]);
    const { rows, bad } = await read(file);
    expect(bad).toEqual({
      2: ['not-utf-8', 'The row is not UTF-8, but perhaps Windows-1252 or Latin-1: save the file as UTF-8.'],
    });
    expect(rows).toEqual({ 3: LAMP });
  });

  it.each(['x', '"', '""', ',', '",'])('tells of a row over 1 MiB, and reads on: %s', async (part) => {
    const row = part.repeat(Math.ceil(1_048_577 / part.length));
    const { rows, bad } = await read(`${HEADER}${row}\nPO-1,LAMP,3,2027-01-31\n`, { chunk: 65_536 });
    expect(bad).toEqual({ 2: ['row-too-long', 'The row is longer than 1 MiB.'] });
    expect(rows).toEqual({ 3: LAMP });
  });

  it.each(['x', '"', '""', '",'])('reads a row of just 1 MiB, if only to refuse it: %s', async (part) => {
    const row = part.repeat(Math.floor(1_048_576 / part.length));
    const { rows, bad } = await read(`${HEADER}${row}\nPO-1,LAMP,3,2027-01-31\n`, { chunk: 65_536 });
    expect(bad[2]?.[0]).toBe('malformed-row');
    expect(rows).toEqual({ 3: LAMP });
  });

  it('comes in windows that are bounded in rows', async () => {
    const file = HEADER + 'PO-1,LAMP,3,2027-01-31\n'.repeat(50_001);
    const sizes: number[] = [];
    for await (const { rows } of windows(Buffer.from(file), 'csv', 65_536)) sizes.push(rows.length);
    expect(sizes).toEqual([50_000, 1]);
  });

  it('comes in windows that are bounded in rows, whether these can be read or not', async () => {
    const file = HEADER + 'PO-1,LAMP,3,\nPO-1,LAMP,0,\n'.repeat(25_001);
    const sizes: [number, number][] = [];
    for await (const { rows, bad } of windows(Buffer.from(file), 'csv', 65_536))
      sizes.push([rows.length, bad.length]);
    expect(sizes).toEqual([
      [25_000, 25_000],
      [1, 1],
    ]);
  });

  it('comes in windows that are bounded in bytes, and tell where they end', async () => {
    const mib = 1_048_576;
    const file = Buffer.from(HEADER + `${'x'.repeat(mib - 1)}\n`.repeat(40));
    const found: [number, number][] = [];
    for await (const { bad, end } of windows(file, 'csv', 65_536))
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

  it('is refused where there is nothing in it', async () => {
    await expect(read('', { format: 'ndjson' })).rejects.toThrow(EmptyFile);
    await expect(read('\n', { format: 'ndjson' })).rejects.toThrow(EmptyFile);
  });

  it('holds an object on each line', async () => {
    const { rows } = await readLines(
      JSON.stringify(LAMP),
      '',
      '{"reference":"PO-2","sku":"RUG","quantity":4}',
    );
    expect(rows).toEqual({ 1: LAMP, 3: { reference: 'PO-2', sku: 'RUG', quantity: 4, eta: null } });
  });

  it('may name its members as the columns or as in REST', () => {
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
    ['{"reference":"PO-1","sku":"LAMP","quantity":3,"x":1}', 'validation-failed', 'x is not a field'],
    ['{"__proto__":{"sku":"LAMP"}}', 'validation-failed', '__proto__ is not a field'],
    [
      '{"reference":"PO-1","ref":"PO-2","sku":"LAMP","quantity":3}',
      'validation-failed',
      'reference is there twice',
    ],
    [
      '{"reference":"PO-1","sku":"LAMP","quantity":3,"eta":"31.01.2027"}',
      'validation-failed',
      '31.01.2027 is another form',
    ],
    ['{"reference":"PO-1","sku":"4.00639E+12","quantity":3}', 'validation-failed', 'shortens a long number'],
  ])('tells of the line %s, and reads on', async (line, reason, message) => {
    const { rows, bad } = await readLines(JSON.stringify(LAMP), line, JSON.stringify(LAMP));
    expect(bad).toEqual({ 2: [reason, expect.stringContaining(message)] });
    expect(rows).toEqual({ 1: LAMP, 3: LAMP });
  });
});
