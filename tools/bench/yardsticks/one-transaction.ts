import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { statistics, type Sample } from '../sample.js';
import { SKUS } from '../stock.js';

const run = promisify(execFile);

/** As the product's tables were when this was written, and to stay so: a yardstick does not move. */
const TABLES = `
  create schema bench;
  create table bench.product (
    sku           text collate "C" primary key,
    version       bigint not null check (version > 0),
    last_sequence bigint not null check (last_sequence >= 0)
  );
  create table bench.batch (
    reference text collate "C" primary key,
    sku       text collate "C" not null references bench.product,
    eta       date,
    quantity  integer not null,
    allocated integer not null,
    unique (sku, reference),
    check (allocated between 0 and quantity)
  );
  create table bench.line (
    order_id        text collate "C" not null,
    sku             text collate "C" not null,
    quantity        integer not null check (quantity > 0),
    batch_reference text collate "C" not null,
    sequence        bigint not null,
    primary key (order_id, sku),
    foreign key (sku, batch_reference) references bench.batch (sku, reference)
  );
  create index on bench.line (batch_reference, sequence);
  create table bench.event (
    position       bigint generated always as identity primary key,
    id             uuid not null,
    type           text not null,
    version        integer not null,
    key            text collate "C" not null,
    occurred_at    timestamptz not null default clock_timestamp(),
    correlation_id text not null,
    causation_id   uuid,
    data           jsonb not null
  );
  insert into bench.product select 'SKU-' || n, 1, 0 from generate_series(1, ${SKUS}) as n;
  insert into bench.batch
  select 'PO-SKU-' || n, 'SKU-' || n, null, 2147483647, 0 from generate_series(1, ${SKUS}) as n`;

/** `:round`, `:client` and `:count` make the order's name, `:sku` is the number of the product. */
const STATEMENTS = [
  'begin',
  `select version, last_sequence from bench.product where sku = 'SKU-' || :sku::text for no key update`,
  `update bench.product set version = version + 1, last_sequence = last_sequence + 1 where sku = 'SKU-' || :sku::text`,
  `insert into bench.line (order_id, sku, quantity, batch_reference, sequence)
   values (:round::text || '-' || :client::text || '-' || :count::text, 'SKU-' || :sku::text, 1, 'PO-SKU-' || :sku::text, :count::bigint)`,
  `insert into bench.event (id, type, version, key, correlation_id, data)
   values (gen_random_uuid(), 'LineAllocated', 1, 'SKU-' || :sku::text, gen_random_uuid()::text,
           jsonb_build_object('orderId', :round::text || '-' || :client::text || '-' || :count::text, 'sku', 'SKU-' || :sku::text, 'quantity', 1,
                              'batchReference', 'PO-SKU-' || :sku::text, 'eta', null, 'productVersion', :count::bigint))`,
  'commit',
];

interface Orders {
  readonly clients: number;
  readonly seconds: number;
  /** Each order is for any of the first so many products. */
  readonly skus: number;
}

/**
 * What a service without group commit does for each order: lock the product, raise its version, write the line and
 * the event, commit. With pgbench where there is one, else with a loop of our own, which shares its one processor.
 */
export class OneTransaction {
  readonly #url: string;
  readonly #folder: string;
  readonly #pgbench: string | null;
  #round = 0;

  private constructor(url: string, folder: string, pgbench: string | null) {
    this.#url = url;
    this.#folder = folder;
    this.#pgbench = pgbench;
  }

  /** @param url of a database in which it may have a schema `bench` */
  static async prepare(url: string, folder: string, pgbench: string | null): Promise<OneTransaction> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(TABLES);
    await client.query('analyze bench.product, bench.batch');
    await client.end();
    return new OneTransaction(url, folder, pgbench);
  }

  async measure(orders: Orders): Promise<Sample> {
    this.#round++;
    return this.#pgbench ? this.#withPgbench(this.#pgbench, orders) : this.#withLoop(orders);
  }

  async #withPgbench(pgbench: string, { clients, seconds, skus }: Orders): Promise<Sample> {
    const folder = join(this.#folder, `pgbench-${this.#round}`);
    await mkdir(folder, { recursive: true });
    const script = join(folder, 'order.sql');
    const draw = `\\set sku random(1, ${skus})\n\\set count :count + 1\n`;
    const statements = STATEMENTS.map((statement) => `${statement.replaceAll(/\s+/g, ' ')};\n`).join('');
    await writeFile(script, draw + statements.replaceAll(':client::', ':client_id::'));
    // Whole seconds only.
    const duration = seconds < 1 ? '--transactions=20' : `--time=${Math.round(seconds)}`;
    const args = ['--no-vacuum', '--protocol=prepared', `--client=${clients}`, '--jobs=1'];
    const variables = [`--define=count=0`, `--define=round=${this.#round}`];
    const log = ['--log', `--log-prefix=${join(folder, 'log')}`];
    const { stdout } = await run(
      pgbench,
      [...args, duration, ...variables, ...log, `--file=${script}`, this.#url],
      { cwd: folder },
    );
    const perSecond = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    const finished: Finished[] = [];
    for (const name of await readdir(folder)) {
      if (!name.startsWith('log')) continue;
      const lines = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
      for (const line of lines) {
        const [, , microseconds, , epoch, fraction] = line.split(' ').map(Number);
        finished.push({ latency: microseconds! / 1_000, at: epoch! * 1_000 + fraction! / 1_000 });
      }
    }
    await rm(folder, { recursive: true });
    return sample(perSecond, finished);
  }

  async #withLoop({ clients, seconds, skus }: Orders): Promise<Sample> {
    const opened = await Promise.all(
      Array.from({ length: clients }, async () => {
        const client = new pg.Client({ connectionString: this.#url });
        await client.connect();
        return client;
      }),
    );
    const finished: Finished[] = [];
    const startedAt = performance.now();
    const endsAt = startedAt + seconds * 1_000;
    const steps = STATEMENTS.map(withNumberedParameters);
    await Promise.all(
      opened.map(async (client, i) => {
        for (let count = 1, begunAt = startedAt; begunAt < endsAt; count++) {
          const sku = 1 + Math.floor(Math.random() * skus);
          const values: Record<string, number> = { sku, count, client: i, round: this.#round };
          for (const { name, text, names } of steps) {
            await client.query({ name, text, values: names.map((name) => values[name]) });
          }
          const at = performance.now();
          finished.push({ latency: at - begunAt, at });
          begunAt = at;
        }
        await client.end();
      }),
    );
    return sample(finished.length / seconds, finished);
  }
}

interface Finished {
  readonly latency: number;
  readonly at: number;
}

function sample(perSecond: number, finished: readonly Finished[]): Sample {
  const moments = finished.map(({ at }) => at).sort((a, b) => a - b);
  const longestPause = moments.reduce((most, at, i) => Math.max(most, at - (moments[i - 1] ?? at)), 0);
  return { perSecond, ...statistics(finished.map(({ latency }) => latency)), longestPause };
}

/** `:sku` becomes `$1` and so on. */
function withNumberedParameters(statement: string, i: number) {
  const names: string[] = [];
  const text = statement.replaceAll(/(?<!:):([a-z]+)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { name: `step-${i}`, text, names };
}

/** The newest pgbench of this machine, or null. */
export async function findPgbench(): Promise<string | null> {
  const packaged = '/usr/lib/postgresql';
  const versions = await readdir(packaged).catch(() => []);
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  for (const path of [
    'pgbench',
    ...newestFirst.map((version) => join(packaged, version, 'bin', 'pgbench')),
  ]) {
    const found = await run(path, ['--version']).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}
