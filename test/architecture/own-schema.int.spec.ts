import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Transaction } from '../../src/kernel/domain/store.js';
import { managerOf } from '../../src/kernel/postgres/typeorm-transactions.js';
import { featureDrivers } from './feature-drivers.js';
import { features, sourcesIn } from '../support/features.js';
import { LoneFeature } from './lone-feature.js';

const found = await features();

/** The commands and queries that are handled in a folder of `src`. */
async function handledIn(feature: string): Promise<string[]> {
  const sources = [...(await sourcesIn(join('src', feature))).values()];
  return sources.flatMap((source) =>
    [...source.matchAll(/@(?:Command|Query)Handler\((\w+)\)/g)].map(([, handled]) => handled!),
  );
}

describe("A feature with a database role that sees only its own schema and the kernel's", () => {
  let dataDir: string;
  let lone: LoneFeature | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'earmark-lone-'));
  });
  afterEach(async () => {
    await lone?.stop();
    lone = undefined;
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const start = async (name: string) => (lone = await LoneFeature.start(name, dataDir));

  it('has a driver in feature-drivers.ts', () => {
    const missing = found
      .filter((name) => !featureDrivers[name])
      .map((name) => `${name} has no drive in feature-drivers.ts`);
    expect(missing).toEqual([]);
    expect(Object.keys(featureDrivers).filter((name) => !found.includes(name))).toEqual([]);
  });

  it.each(found)('can run all of its statements: %s', async (name) => {
    const feature = await start(name);

    await featureDrivers[name]?.(feature);
    await feature.rebuildsItsReadModels();

    // What no drive has run has proven nothing.
    const heard = await feature.typesInItsLog();
    const hears = feature.subscriptions.flatMap(({ options }) => options.events);
    const undriven = [
      ...(await handledIn(name)).filter((each) => !feature.executed.has(each)),
      ...hears.filter((type) => !heard.has(type)),
    ];
    expect(
      undriven.map((each) => `${each} is missing in the drive of ${name} in feature-drivers.ts`),
    ).toEqual([]);
    expect(await feature.failures()).toEqual([]);
    expect(feature.denied).toEqual([]);
  });

  it.each(found)('is denied every table of other features: %s', async (name) => {
    const feature = await start(name);
    const tables = await feature.dataSource.query<{ schema: string; table: string }[]>(
      `select nspname as schema, relname as table
         from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'p', 'v', 'm') and nspname = any($1) and nspname <> $2`,
      [found, name],
    );
    expect(new Set(tables.map(({ schema }) => schema)).size).toBe(found.length - 1);

    for (const { schema, table } of tables) {
      const stolen = feature.dataSource.query(`select from "${schema}"."${table}"`);
      await expect(stolen).rejects.toMatchObject({ code: '42501' });
    }
    expect(feature.denied).toHaveLength(tables.length);
  });

  it('is caught by a statement that a background job runs, too', async () => {
    const feature = await start('allocation');
    const [{ subscriber }] = feature.subscriptions.filter(({ options }) => options.readYourWrites) as [
      (typeof feature.subscriptions)[number],
    ];
    // A reaction that looks into its neighbour's table before it does its work.
    Object.assign(subscriber, {
      react: (_event: unknown, tx: Transaction) => managerOf(tx).query('select from batches.batch'),
    });

    await featureDrivers.allocation!(feature).catch(() => undefined);

    expect(feature.denied).toContain('select from batches.batch');
  });
});
