import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Abstract, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { WatchDates } from '../../../src/allocation/reactions/watch-dates.js';
import { AppModule } from '../../../src/app.module.js';
import { Replicas } from '../../../src/kernel/postgres/replicas.js';
import { Subscriptions } from '../../../src/kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { MailSender } from '../../../src/notifications/mail/mail-sender.js';
import { DueAlertsJob } from '../../../src/notifications/reactions/due-alerts-job.js';
import { ApiKeyRefresher } from '../../../src/platform/access/api-key-refresher.js';
import { BrokerLifecycle } from '../../../src/platform/brokers/broker-lifecycle.js';
import { LiveFeed } from '../../../src/platform/events-api/live-feed.js';
import { Retention } from '../../../src/platform/retention/retention.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { Telemetry } from '../../../src/platform/telemetry/telemetry.js';
import { readAllSettings } from '../../../src/settings.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';

/** All that asks the database by itself, and not for a call. */
const WORKERS = {
  'live feed': LiveFeed,
  subscriptions: Subscriptions,
  brokers: BrokerLifecycle,
  retention: Retention,
  'API keys': ApiKeyRefresher,
  dates: WatchDates,
  alerts: DueAlertsJob,
  mails: MailSender,
} as const;

let database: TestDatabase;
let dataDir: string;
let app: NestFastifyApplication;
/** What has begun and ended, in order. */
let steps: string[];

beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-shutdown-'));
  const settings = { ...readAllSettings({ RETENTION_DAYS: '30' }), dataDir };
  app = await createHttpApp(AppModule.forRoot(settings, database.url), { logger: false });
  await app.listen(0, '127.0.0.1');
  steps = [];
});
afterEach(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Notes when a method of a provider begins and when its promise resolves. */
function watch(what: string, token: Type | Abstract<unknown>, method = 'onApplicationShutdown'): void {
  const provider = app.get<Record<string, () => Promise<void>>>(token, { strict: false });
  const original = provider[method]!;
  provider[method] = async () => {
    steps.push(`${what} begins`);
    await original.call(provider);
    steps.push(`${what} ends`);
  };
}

/** Holds a lock on which every registration of a batch waits. */
async function holdBatches(): Promise<pg.Client> {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin; lock table batches.batch in access exclusive mode');
  return holder;
}

describe('A service that stops', () => {
  it('answers the last call, ends all work on the database, and then closes its connections', async () => {
    for (const [what, token] of Object.entries(WORKERS)) watch(what, token);
    watch('unit of work', UnitOfWork);
    watch('telemetry', Telemetry);
    watch('replicas', Replicas);
    watch('connections', DataSource, 'destroy');
    watch('draining of live feeds', LiveFeed, 'beforeApplicationShutdown');
    app
      .getHttpServer()
      .on('request', (_request, response) => response.once('finish', () => steps.push('last call answered')));
    const holder = await holdBatches();
    const call = fetch(`${await app.getUrl()}/v1/batches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reference: 'PO-1', sku: 'LAMP', quantity: 10 }),
    });
    await eventually('the call waits for the lock', async () => {
      const waiting = await holder.query('select from pg_locks where not granted');
      return waiting.rows.length > 0;
    });

    const closed = app.close();
    await eventually('the service is closing', () => steps.includes('draining of live feeds ends'));
    await holder.query('commit');
    await holder.end();
    await closed;

    expect((await call).status).toBe(201);
    const place = (step: string) => {
      expect(steps).toContain(step);
      return steps.indexOf(step);
    };
    for (const what of Object.keys(WORKERS)) {
      expect(place(`${what} begins`)).toBeGreaterThan(place('last call answered'));
      expect(place(`${what} ends`)).toBeLessThan(place('unit of work begins'));
    }
    expect(place('subscriptions ends')).toBeLessThan(place('telemetry begins'));
    for (const what of ['unit of work', 'telemetry', 'replicas'])
      expect(place(`${what} ends`)).toBeLessThan(place('connections begins'));
  });
});
