/**
 * How fast the command line imports, as a ratio to a plain COPY of the same rows in the same run, and how much memory
 * it takes: `npm run build && node dist/tools/bench/import.js [ROWS]`, ROWS being the lines of the large orders file.
 */
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { importFile, type Imported } from './operator.js';

const SKUS = 1_000;
const BATCHES = 100_000;
const LINES = 200_000;

const skuOf = (i: number) => `SKU-${String((i * 7_919) % SKUS).padStart(4, '0')}`;

function* batches(): Generator<string> {
  yield 'reference,sku,quantity,eta\n';
  for (let i = 0; i < BATCHES; i++)
    yield `PO-${i},${skuOf(i)},100,${i % 4 === 0 ? '' : `2027-0${(i % 9) + 1}-15`}\n`;
}

function* orders(prefix: string, count: number): Generator<string> {
  yield 'order_id,sku,quantity\n';
  for (let i = 0; i < count; i++) yield `${prefix}-${i},${skuOf(i * 31)},${(i % 5) + 1}\n`;
}

const folder = await mkdtemp(join(tmpdir(), 'earmark-bench-'));
// PostgreSQL reads the files for COPY, as another user where this one is root.
await chmod(folder, 0o755);
const postgres = await startEmbeddedPostgres(folder);
try {
  const files = { batches: join(folder, 'batches.csv'), orders: join(folder, 'orders.csv') };
  await write(files.batches, batches());
  await write(files.orders, orders('SO', LINES));
  await compare('batches', files.batches, 'reference text primary key, sku text, quantity int, eta date');
  await compare('orders', files.orders, 'order_id text, sku text, quantity int, primary key (order_id, sku)');

  const large = Number(process.argv[2] ?? 0);
  if (large > 0) {
    const file = join(folder, 'large.csv');
    await write(file, orders('LO', large));
    tell('orders, large', await importFile(postgres.url, 'orders', file));
  }
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

async function compare(what: 'batches' | 'orders', file: string, columns: string): Promise<void> {
  const summary = await importFile(postgres.url, what, file);
  const copy = await copyRate(file, summary.rows, columns);
  tell(what, summary);
  process.stdout.write(
    `  a plain COPY: ${Math.round(copy)} rows/s; ratio ${(summary.rowsPerSecond / copy).toFixed(3)}\n`,
  );
}

/** Rows per second of a COPY into a table with its primary key, the data being written out at its end. */
async function copyRate(file: string, rows: number, columns: string): Promise<number> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create table plain (${columns})`);
  const startedAt = performance.now();
  await client.query(`copy plain from ${client.escapeLiteral(file)} (format csv, header)`);
  const seconds = (performance.now() - startedAt) / 1_000;
  await client.query('drop table plain');
  await client.end();
  return rows / seconds;
}

function tell(what: string, { rows, seconds, rowsPerSecond, peakMemoryMiB, rejected }: Imported): void {
  process.stdout.write(
    `${what}: ${rows} rows in ${seconds} s, ${rowsPerSecond} rows/s, peak ${peakMemoryMiB} MiB, ` +
      `rejected ${JSON.stringify(rejected)}\n`,
  );
}

async function write(file: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(lines), createWriteStream(file));
  await chmod(file, 0o644);
}
