import { describe, expect, it } from '@jest/globals';
import { code, Columns, day, units, WrongHeader } from '../../../../src/shared/cli/import/columns.js';
import { EmptyFile, readRows, type Window } from '../../../../src/shared/cli/import/rows.js';
import type { Format } from '../../../../src/shared/cli/import/source.js';

const COLUMNS = new Columns({ reference: code(), sku: code(), quantity: units, eta: day });
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

function windows(bytes: Buffer, format: Format, chunk: number): AsyncGenerator<Window<object>> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk)
      yield await Promise.resolve(bytes.subarray(at, at + chunk));
  }
  return readRows({ format, size: bytes.length, chunks: chunks() }, COLUMNS);
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
    ['a column that nobody knows', 'reference,sku,quantity,colour\n'],
    ['a column twice', 'reference,sku,sku,quantity\n'],
    ['a required column missing', 'reference,quantity,eta\n'],
    ['a row in its place', 'PO-1,LAMP,3,2027-01-31\n'],
    ['semicolons', 'reference;sku;quantity;eta\n'],
    ['UTF-16', Buffer.from(`\uFEFF${HEADER}`, 'utf16le')],
  ])('is refused for a header with %s', async (_, file) => {
    await expect(read(file)).rejects.toThrow(
      new WrongHeader('The first line must name the columns reference,sku,quantity,eta.'),
    );
  });

  it.each(['', '\uFEFF', '\n\n'])('is refused where it is empty: %j', async (file) => {
    await expect(read(file)).rejects.toThrow(EmptyFile);
  });

  it('may end after its header', async () => {
    expect(await read(HEADER)).toEqual({ rows: {}, bad: {} });
  });

  it.each([
    ['PO-1,LAMP,3', 'malformed-row', 'The row has 3 columns, the header 4.'],
    ['PO-1,LAMP,3,,', 'malformed-row', 'The row has 5 columns, the header 4.'],
    ['"PO-1,LAMP,3,', 'malformed-row', 'The quotes do not match.'],
    ['"PO"-1,LAMP,3,', 'malformed-row', 'The quotes do not match.'],
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
    expect(bad).toEqual({ 2: ['not-utf-8', 'The row is not UTF-8.'] });
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
    expect(await read('\n', { format: 'ndjson' })).toEqual({ rows: {}, bad: {} });
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
    const orders = new Columns({ orderId: code('order_id') });
    expect(orders.ndjson('{"order_id":"o-1"}')).toEqual({ orderId: 'o-1' });
    expect(orders.ndjson('{"orderId":"o-1"}')).toEqual({ orderId: 'o-1' });
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
  ])('tells of the line %s, and reads on', async (line, reason, message) => {
    const { rows, bad } = await readLines(line, JSON.stringify(LAMP));
    expect(bad).toEqual({ 1: [reason, expect.stringContaining(message)] });
    expect(rows).toEqual({ 2: LAMP });
  });
});
