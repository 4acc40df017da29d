import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { CommandLine } from '../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { every, isEta, isNewCode, isQuantity } from './contract.js';
import {
  asJson,
  hostileDay,
  hostileJson,
  hostileName,
  hostileNumber,
  hostileText,
  mostly,
} from './hostile.js';
import { requestsToSend, SEED, timeFor } from './runs.js';
import { faultsStored } from './stored.js';

const ROWS = requestsToSend(300, 0.1);

let database: TestDatabase;
let folder: string;
let session: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'earmark-import-'));
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
});
afterAll(async () => {
  await session.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** A line of a file, by which its rows are known again. */
interface Row {
  readonly line: Buffer;
  /** Whether the contract lets it in; null where it is left open. */
  readonly isAllowed: boolean | null;
}

/** A number of a cell is its digits. */
const isUnits = (cell: string) => /^[0-9]+$/.test(cell) && isQuantity(Number(cell), 1);
const inQuotes = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
/** A line break ends the row, and half a character is written as another one. */
const inFile = (text: string) => Buffer.from(text.replace(/\r?\n/g, '⏎'), 'utf8').toString('utf8');

/** @param reference by which it is found in the database */
const csvRow = (reference: string): fc.Arbitrary<Row> =>
  fc
    .tuple(
      mostly(fc.constant(''), hostileText, 3).map(inFile),
      mostly(fc.constant('CHAIR'), hostileText, 6).map(inFile),
      mostly(fc.constant('5'), hostileNumber, 6),
      mostly(fc.constantFrom('', '2027-01-31'), hostileDay, 6).map(inFile),
      mostly(
        fc.constant((line: string) => Buffer.from(line)),
        strangeLine,
        12,
      ),
    )
    .map(([more, sku, quantity, eta, write]) => {
      const code = `${reference}${more}`;
      const line = [code, sku, quantity, eta].map(inQuotes).join(',');
      const bytes = write(line);
      const isPlain = bytes.equals(Buffer.from(line));
      const verdict = every([isNewCode(code), isNewCode(sku), isUnits(quantity), eta === '' || isEta(eta)]);
      return { line: bytes, isAllowed: isPlain ? verdict : null };
    });

/** What may become of a line on its way. */
const strangeLine: fc.Arbitrary<(line: string) => Buffer> = fc.constantFrom(
  (line: string) => Buffer.from(line, 'utf16le'),
  (line: string) => Buffer.from(`${line}\r`),
  (line: string) => Buffer.from(line.slice(0, -1)),
  (line: string) => Buffer.from(line.slice(1)),
  (line: string) => Buffer.from(`${line},`),
  (line: string) => Buffer.from(line.replaceAll('"', '')),
  (line: string) => Buffer.from(line.replaceAll(',', ';')),
  (line: string) => Buffer.from(`\ufeff${line}`),
  (line: string) => Buffer.from(line.replace('5', '\0')),
  (line: string) => Buffer.concat([Buffer.from(line), Buffer.from([0xff])]),
  (line: string) => Buffer.from(line + 'x'.repeat(1_100_000)),
  () => Buffer.from(''),
  () => Buffer.from('reference,sku,quantity,eta'),
);

const jsonRow = (order: string): fc.Arbitrary<Row> =>
  fc
    .tuple(
      mostly(fc.constant(''), hostileText, 3),
      mostly(fc.constant('"CHAIR"'), hostileJson, 6),
      mostly(fc.constant('1'), fc.oneof(hostileNumber, hostileJson), 6),
      mostly(
        fc.constant(''),
        fc.tuple(hostileName, hostileJson).map(([name, value]) => `,${asJson(name)}:${value}`),
        8,
      ),
      fc.constantFrom('orderId', 'order_id'),
    )
    .map(([more, sku, quantity, strange, name]) => {
      const code = `${order}${more}`;
      const line = `{"${name}":${asJson(code)},"sku":${sku},"quantity":${quantity}${strange}}`;
      const value = parsed(line);
      const isAllowed =
        value === null || strange !== ''
          ? false
          : every([isNewCode(code), isNewCode(value.sku), isQuantity(value.quantity, 1)]);
      // What is right and too much is out of stock.
      const isOpen = (strange !== '' && value !== null) || (isAllowed && Number(value?.quantity) > 1_000);
      return { line: Buffer.from(line), isAllowed: isOpen ? null : isAllowed };
    })
    // A line break in the JSON would be two rows.
    .filter(({ line }) => !line.includes('\n'));

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

async function importOf(name: 'batches' | 'orders', file: string, lines: readonly Buffer[]) {
  const path = join(folder, file);
  await writeFile(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
  const rejects = join(folder, `${file}.rejects.csv`);
  const args = ['import', name, path, '--json', '--rejects', rejects];
  const ended = await new CommandLine({ DATABASE_URL: database.url }, ...args).ended;
  expect([ended.code, ended.stderr.slice(-300)]).toEqual([0, expect.any(String)]);
  return {
    summary: JSON.parse(ended.stdout) as { rows: number; new: number; rejected: Record<string, number> },
    stderr: ended.stderr,
    rejects: (await readFile(rejects, 'utf8')).trimEnd().split('\n').slice(1),
  };
}

/** Of a row that is rejected: where it stood, and what is wrong with it. */
const REJECT = /,\d+,[a-z0-9-]+,[^,]/;

describe('An import of any file', () => {
  it(
    `is accepted or rejected line by line, and each rejected line is reported: ${ROWS} rows of each kind, of seed ${SEED}`,
    async () => {
      const rowsOf = (row: (name: string) => fc.Arbitrary<Row>, prefix: string) =>
        Array.from(
          { length: ROWS },
          (_, i) => fc.sample(row(`${prefix}${i}!`), { seed: SEED + i, numRuns: 1 })[0]!,
        );
      const batches = rowsOf(csvRow, 'B');
      const orders = rowsOf(jsonRow, 'O');

      const header = Buffer.from('reference,sku,quantity,eta');
      const csv = await importOf('batches', 'batches.csv', [header, ...batches.map(({ line }) => line)]);
      await importOf('batches', 'stock.csv', [header, Buffer.from('STOCK,CHAIR,2000000000,')]);
      const ndjson = await importOf(
        'orders',
        'orders.ndjson',
        orders.map(({ line }) => line),
      );

      const stored = async (sql: string) =>
        new Set((await session.query<{ code: string }>(sql)).rows.map(({ code }) => code.split('!', 1)[0]!));
      const inBatches = await stored('select reference as code from batches.batch');
      const inOrders = await stored('select order_id as code from allocation.line');
      const wrong = (rows: readonly Row[], prefix: string, there: ReadonlySet<string>) =>
        rows.flatMap(({ isAllowed, line }, i) =>
          isAllowed === null || isAllowed === there.has(`${prefix}${i}`)
            ? []
            : [line.toString().slice(0, 200)],
        );
      expect(wrong(batches, 'B', inBatches)).toEqual([]);
      expect(wrong(orders, 'O', inOrders).filter((line) => line.includes('"sku":"CHAIR"'))).toEqual([]);
      expect(csv.summary.new).toBeGreaterThan(ROWS / 4);
      expect(ndjson.summary.new).toBeGreaterThan(ROWS / 8);
      for (const { summary, stderr, rejects } of [csv, ndjson]) {
        const rejected = Object.values(summary.rejected).reduce((sum, count) => sum + count, 0);
        expect(rejects).toHaveLength(rejected);
        expect(rejects.filter((line) => !REJECT.test(line))).toEqual([]);
        expect(stderr).toBe('');
      }
      expect(await faultsStored(database.url)).toEqual([]);
    },
    timeFor(ROWS),
  );
});
