import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alsoEndsAtOnce, unlessEnding } from '../../src/platform/shutdown/at-once.js';
import { outliveOutput } from '../../src/platform/shutdown/output.js';
import { listenForStop, type Stop, type Stopped } from '../../src/platform/shutdown/stop.js';
import { findEmbeddedPostgres } from '../../testing/embedded-postgres.js';
import { furnitureMonth } from '../month.js';
import { planOf } from '../plan.js';
import { Api } from './api.js';
import { playCampaign } from './campaign.js';
import { checkDatabase, type Finding } from './check.js';
import { promisedIn } from './promised.js';
import { playMonth, type Run } from './play.js';
import { Service } from './service.js';
import { summarize } from './summary.js';
import { dim, figure, heading, plural, table, tick } from './text.js';

export interface DemoOptions {
  /** Whether the service stays with the data, to look around in, until somebody stops the demo. */
  readonly keeps: boolean;
  /** How many of the days of the month are played; left out: all. */
  readonly days?: number | undefined;
}

/**
 * Plays a month of a furniture retailer through the API of a service of its own, prints what has happened, and checks it in the
 * database. Sets the exit code of the process: 0 if all of it holds.
 */
export async function runDemo({ keeps, days }: DemoOptions): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'earmark-demo-'));
  const service = new Service(dataDir);

  let cleaning: Promise<void> | undefined;
  const cleanUp = () =>
    (cleaning ??= service.stop().then(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 })));

  outliveOutput();
  const stop = listenForStop();
  stop.signal.addEventListener('abort', () => {
    const { exitCode } = stop.signal.reason as Stopped;
    void cleanUp().finally(() => process.exit(exitCode));
  });
  alsoEndsAtOnce(() => service.endAtOnce().finally(() => rmSync(dataDir, { recursive: true, force: true })));
  process.stdout.once('error', () => stop.ask('SIGPIPE'));

  try {
    const url = await play(service, dataDir, days);
    if (keeps) await keepRunning(url, stop);
  } catch (error) {
    // Once it is being stopped, whatever still fails is no news.
    if (!cleaning) console.error(`\n${String(error)}\n${service.lastWords}`);
    process.exitCode = 1;
  } finally {
    await unlessEnding();
    await cleanUp();
  }
}

/** @returns the address of the service */
async function play(service: Service, dataDir: string, days: number | undefined): Promise<string> {
  const whole = furnitureMonth();
  const plan = planOf(whole).slice(0, days);
  const month = { ...whole, incidents: plan.flatMap(({ incidents }) => incidents) };
  console.log(heading("Earmark: a furniture retailer's month"));
  const skus = new Set(month.batches.map(({ sku }) => sku));
  const bought = `${plural(month.batches.length, 'batch', 'batches')} of ${plural(skus.size, 'SKU')}`;
  const orders = plan.reduce((sum, day) => sum + day.orders.length, 0);
  console.log(`  ${bought}, ${plural(orders, 'order')} on ${plural(plan.length, 'day')}`);
  const api = new Api(await service.ready());
  console.log(dim(`  A fresh service on ${api.url}, with an empty PostgreSQL of its own`));

  const run = await playMonth(api, month.batches, plan);
  console.log(await summarize(api, month, run, dataDir));
  console.log(await playCampaign(api));

  const findings = await check(run, dataDir);
  console.log(heading('The check, from the database and not from the run'));
  console.log(table(findings.map(verdict)));
  console.log(dim(`\n  ${speed(run)}\n`));
  if (findings.some(({ broken }) => broken > 0)) process.exitCode = 1;
  return api.url;
}

/** Until somebody stops the demo. */
async function keepRunning(url: string, { signal }: Stop): Promise<void> {
  console.log(`  The service goes on at ${url}/docs, with all of this data. Ctrl-C ends it.\n`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

async function check({ told }: Run, dataDir: string): Promise<Finding[]> {
  const databaseUrl = await findEmbeddedPostgres(dataDir);
  if (databaseUrl === null) throw new Error('The database of the service is not to be found.');
  return checkDatabase(databaseUrl, promisedIn(told));
}

function verdict({ claim, counted, things, broken }: Finding): (string | number)[] {
  return [
    tick(broken === 0),
    claim,
    counted,
    broken === 0 ? things : `${things}, ${figure(broken)} of them not`,
  ];
}

function speed({ told, shipments, seconds }: Run): string {
  const orders = plural(told.length, 'order');
  return `${orders} and ${plural(shipments.length, 'shipment')} in ${seconds.toFixed(1)} s, on this machine`;
}
