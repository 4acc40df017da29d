import { describe, expect, it } from '@jest/globals';
import { jsonOf } from '../../console/src/pages/import/entries.js';
import { KINDS } from '../../console/src/pages/import/kinds.js';
import { readImport } from '../../console/src/pages/import/read-file.js';

/** The file in parts of so many bytes. */
async function* partsOf(file: string | Uint8Array, size = 1_000): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Buffer.from(file));
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  await Promise.resolve();
}

const read = (file: string | Uint8Array, size?: number) => readImport(partsOf(file, size));
const rowsOf = async (file: string) => (await read(file)).rows.map(({ row }) => row);

/** What is sent for a file. */
async function sent(file: string): Promise<unknown[]> {
  const read_ = await read(file);
  return read_.entries
    .filter(({ fault }) => fault === null)
    .map((entry) => JSON.parse(jsonOf(read_.kind, entry, 'refuse')) as unknown);
}

const faultsOf = async (file: string) => (await read(file)).entries.map(({ fault }) => fault);

describe('a file of the import page', () => {
  it.each([
    ['batches', 'reference,sku,quantity,eta'],
    ['orders', 'order_id,sku,quantity'],
    ['receipts', 'receipt_id,batch_reference,quantity'],
    ['shipments', 'shipment_id,order_id,sku,quantity'],
  ])('is taken for %s by its columns', async (name, header) => {
    const { kind } = await read(`${header}\n1,2,3,\n`);
    expect(kind.name).toBe(name);
  });

  it('is read the same in parts of any size', async () => {
    const file = 'order_id,sku,quantity\r\nö-1,TÄBLE,2\r\nö-2,"A ""B""",3';
    const whole = (await read(file)).rows;
    for (const size of [1, 2, 3, 7]) expect((await read(file, size)).rows).toEqual(whole);
    expect(whole.map(({ row }) => row)).toMatchObject([
      { orderId: 'ö-1', sku: 'TÄBLE', quantity: 2 },
      { orderId: 'ö-2', sku: 'A "B"', quantity: 3 },
    ]);
  });

  it('may begin with a byte order mark', async () => {
    expect(await rowsOf('\uFEFForder_id,sku,quantity\no-1,CHAIR,2\n')).toMatchObject([{ orderId: 'o-1' }]);
  });

  it.each([
    ['semicolons', 'order_id;sku;quantity\no-1;CHAIR;2\n'],
    ['tabs', 'order_id\tsku\tquantity\no-1\tCHAIR\t2\n'],
  ])('may have %s between its cells', async (_, file) => {
    expect(await rowsOf(file)).toMatchObject([{ orderId: 'o-1', sku: 'CHAIR', quantity: 2 }]);
  });

  it('may have a comma inside quotes and empty lines between its rows', async () => {
    const { rows } = await read('order_id,sku,quantity\n\n"o,1",CHAIR,2\n\n');
    expect(rows).toMatchObject([{ line: 3, row: { orderId: 'o,1' } }]);
  });

  it.each([
    ['is empty', '', 'The file is empty'],
    ['has no row below its header', 'order_id,sku,quantity\n', 'a header and no rows'],
    ['lacks a column', 'order_id,sku\no-1,CHAIR\n', 'quantity is missing'],
    [
      'has a column that nobody knows',
      'order_id,sku,quantity,colour\no-1,CHAIR,1,red\n',
      'colour is unknown',
    ],
    ['has the columns of nothing', 'name,city\nA,B\n', 'must name the columns of batches, orders'],
    ['is a JSON array', '[{"orderId":"o-1"}]', 'a JSON array'],
    ['is a spreadsheet', 'PK\u0003\u0004 xl/workbook', 'a spreadsheet (xlsx or ods)'],
  ])('that %s is rejected as a whole, with the reason', async (_, file, reason) => {
    await expect(read(file)).rejects.toThrow(reason);
  });

  it('says which cells of a row are wrong', async () => {
    const { rows } = await read('reference,sku,quantity,eta\nB-1,CHAIR,"1,000",31.12.2026\n');
    expect(rows[0]).toMatchObject({
      line: 2,
      row: null,
      values: { reference: 'B-1', quantity: '1,000' },
      faults: [
        { column: 'quantity', message: expect.stringContaining('thousands separator') },
        { column: 'eta', message: expect.stringContaining('another date format') },
      ],
    });
  });

  it('says that a row cannot be split', async () => {
    const { rows } = await read('order_id,sku,quantity\no-1,"CHAIR,2\no-2,CHAIR,2\n');
    expect(rows[0]!.faults).toMatchObject([{ column: null, message: expect.stringContaining('quotes') }]);
    expect(rows[1]!.faults).toEqual([]);
  });

  it('says that a row is not UTF-8', async () => {
    const latin = Buffer.from('order_id,sku,quantity\no-1,ST\u00dcHL,2\n', 'latin1');
    expect((await read(latin)).rows[0]!.faults).toMatchObject([
      { message: expect.stringContaining('not UTF-8') },
    ]);
  });
});

describe('what the import page sends', () => {
  it('is one order for all rows of an order, wherever they stand', async () => {
    const file = 'order_id,sku,quantity,channel\no-1,CHAIR,2,web\no-2,CHAIR,1,\no-1,TABLE,1,web\n';
    expect(await sent(file)).toEqual([
      {
        orderId: 'o-1',
        channel: 'web',
        whenShort: 'refuse',
        lines: [
          { sku: 'CHAIR', quantity: 2 },
          { sku: 'TABLE', quantity: 1 },
        ],
      },
      { orderId: 'o-2', whenShort: 'refuse', lines: [{ sku: 'CHAIR', quantity: 1 }] },
    ]);
  });

  it('has no field for an empty cell', async () => {
    expect(await sent('reference,sku,quantity,eta,supplier\nB-1,CHAIR,5,,\n')).toEqual([
      { reference: 'B-1', sku: 'CHAIR', quantity: 5 },
    ]);
    expect(await sent('receipt_id,reference,quantity,rejected\nR-1,B-1,5,\n')).toEqual([
      { receiptId: 'R-1', batchReference: 'B-1', quantity: 5, rejected: 0, final: false },
    ]);
  });

  it('is a shipment of all that is on hand if a row has no SKU', async () => {
    const file = 'shipment_id,order_id,sku,quantity\nS-1,o-1,,\nS-2,o-2,CHAIR,1\nS-2,o-2,TABLE,2\n';
    expect(await sent(file)).toEqual([
      { shipmentId: 'S-1', orderId: 'o-1' },
      {
        shipmentId: 'S-2',
        orderId: 'o-2',
        lines: [
          { sku: 'CHAIR', quantity: 1 },
          { sku: 'TABLE', quantity: 2 },
        ],
      },
    ]);
  });

  it('is the row itself if NDJSON has it as the bulk call takes it', async () => {
    const row = { orderId: 'o-1', lines: [{ sku: 'CHAIR', quantity: 2 }], whenShort: 'skip' };
    expect(await sent(`${JSON.stringify(row)}\n`)).toEqual([row]);
    expect(await sent('{"order_id":"o-2","sku":"CHAIR","quantity":1}\n')).toMatchObject([{ orderId: 'o-2' }]);
  });

  it('leaves out an order of which one row is invalid', async () => {
    expect(await faultsOf('order_id,sku,quantity\no-1,CHAIR,2\no-1,TABLE,x\no-2,CHAIR,1\n')).toEqual([
      expect.stringContaining('Line 3: quantity must be a whole number'),
      null,
    ]);
  });

  it('leaves out the orders beside a row whose order cannot be read', async () => {
    const file = 'order_id,sku,quantity\no-1,CHAIR,2\n,TABLE,1\no-2,CHAIR,1\no-3,CHAIR,1\n';
    const doubt = 'Line 3 is invalid and may belong to these rows, so none of them is sent.';
    expect(await faultsOf(file)).toEqual([doubt, expect.stringContaining('order_id'), doubt, null]);
  });

  it('leaves out the second batch of a reference', async () => {
    expect(await faultsOf('reference,sku,quantity\nB-1,CHAIR,2\nB-1,CHAIR,2\n')).toEqual([
      null,
      'Line 2 already has batch B-1: which of the two is meant?',
    ]);
  });

  it('leaves out an order whose rows name two channels, and one of more than 100 rows', async () => {
    expect(await faultsOf('order_id,sku,quantity,channel\no-1,CHAIR,2,web\no-1,TABLE,2,shop\n')).toEqual([
      'channel must be the same in all rows of order o-1: see lines 2 and 3.',
    ]);
    const long = Array.from({ length: 101 }, (_, at) => `o-1,SKU-${at},1`).join('\n');
    expect(await faultsOf(`order_id,sku,quantity\n${long}\n`)).toEqual([
      expect.stringContaining('more than 100 rows'),
    ]);
  });

  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    'is what the example of %s says',
    async (_, kind) => {
      const file = await read(kind.example);
      expect(file.kind.name).toBe(kind.name);
      expect(file.entries.every(({ fault }) => fault === null)).toBe(true);
    },
  );
});
