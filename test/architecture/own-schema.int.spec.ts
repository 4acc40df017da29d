import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Transaction } from '../../src/kernel/domain/store.js';
import { managerOf } from '../../src/kernel/postgres/typeorm-transactions.js';
import { featureDrivers } from './feature-drivers.js';
import { eventually } from '../../testing/eventually.js';
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
  const started = new Map<string, LoneFeature>();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'earmark-lone-'));
  });
  afterAll(async () => {
    for (const feature of started.values()) await feature.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Each starts once, and those tests come last that leave something behind. */
  async function start(name: string): Promise<LoneFeature> {
    const feature = started.get(name) ?? (await LoneFeature.start(name, dataDir));
    started.set(name, feature);
    return feature;
  }

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

    const before = feature.denied.length;
    for (const { schema, table } of tables) {
      const stolen = feature.dataSource.query(`select from "${schema}"."${table}"`);
      await expect(stolen).rejects.toMatchObject({ code: '42501' });
    }
    expect(feature.denied.slice(before)).toHaveLength(tables.length);
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

    // The answer never comes, since it waits for the reaction, until the feature is stopped.
    void featureDrivers.allocation!(feature).catch(() => undefined);

    await eventually('it is caught', () => feature.denied.includes('select from batches.batch'));
  });
});
