/**
 * How fast each subscription works off a backlog: appends so many events to the log of an empty database, then starts
 * the service and tells how long each takes to read to the end; the brokers' publish what they read.
 *
 *   DATABASE_URL=postgres://… NATS_URL=nats://… REDIS_URL=redis://… node dist/tools/bench/catch-up.js 1000000
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { readAllSettings } from '../../src/settings.js';
import { openDatabase } from '../../src/platform/database/database.js';

const EVENTS = Number(process.argv[2] ?? 100_000);
const SKUS = 1_000;

const settings = readAllSettings();
const database = await openDatabase(settings);
const operator = await new DataSource({ type: 'postgres', url: database.url }).initialize();
await operator.query(
  `insert into event_log.event (id, type, version, key, correlation_id, data)
   select gen_random_uuid(), 'LineAllocated', 1, sku, 'bench',
          jsonb_build_object('orderId', 'order-' || n, 'sku', sku, 'quantity', 1,
                             'batchReference', 'batch-1', 'eta', null, 'productVersion', n)
     from generate_series(1, $1::int) as n, lateral (select 'SKU-' || n % $2::int as sku) as named`,
  [EVENTS, SKUS],
);
await operator.query('analyze event_log.event');

const app = await NestFactory.createApplicationContext(AppModule.forRoot(settings, database.url), {
  logger: ['warn', 'error'],
});
const begun = performance.now();
const reading = new Set(await unread());
while (reading.size > 0) {
  await wait(20);
  const behind = await unread();
  for (const name of reading) {
    if (behind.includes(name)) continue;
    reading.delete(name);
    const seconds = (performance.now() - begun) / 1_000;
    process.stdout.write(
      `${name}: ${EVENTS} events in ${seconds.toFixed(1)} s, ${Math.round(EVENTS / seconds)} per second\n`,
    );
  }
}
await app.close();
await operator.destroy();
await database.close();

/** The subscriptions that are not at the end yet. */
async function unread(): Promise<string[]> {
  const rows = await operator.query<{ name: string }[]>(
    'select name from event_log.subscription where position < (select max(position) from event_log.event)',
  );
  return rows.map(({ name }) => name);
}
