import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alsoEndsAtOnce, unlessEnding } from '../src/platform/shutdown/at-once.js';
import { outliveOutput } from '../src/platform/shutdown/output.js';
import { listenForStop, type Stopped } from '../src/platform/shutdown/stop.js';
import { findEmbeddedPostgres } from '../testing/embedded-postgres.js';
import { Api } from './demo/api.js';
import { playCampaign } from './demo/campaign.js';
import { checkDatabase, type Finding } from './demo/check.js';
import { promisedIn } from './demo/promised.js';
import { playMonth, type Run } from './demo/play.js';
import { Service } from './demo/service.js';
import { summarize } from './demo/summary.js';
import { dim, figure, heading, plural, table, tick } from './demo/text.js';
import { readMonth } from './files.js';

/** Seen from dist/examples, where this runs. */
const examples = new URL('../../examples/', import.meta.url);

/** Leave the service running with the data, to look around in. */
const keeps = process.argv.includes('--keep');

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
  const month = await readMonth(examples);
  console.log(heading("Earmark: a furniture retailer's month"));
  const skus = new Set(month.batches.map(({ sku }) => sku));
  const bought = `${plural(month.batches.length, 'batch', 'batches')} of ${plural(skus.size, 'SKU')}`;
  console.log(`  ${bought}, ${plural(month.lines.length, 'order line')}`);
  const api = new Api(await service.ready());
  console.log(dim(`  A fresh service on ${api.url}, with an empty PostgreSQL of its own`));

  const run = await playMonth(api, month);
  console.log(await summarize(api, month, run, dataDir));
  console.log(await playCampaign(api));

  const findings = await check(run);
  console.log(heading('The check, from the database and not from the run'));
  console.log(table(findings.map(verdict)));
  console.log(dim(`\n  ${speed(run)}\n`));
  if (findings.some(({ broken }) => broken > 0)) process.exitCode = 1;
  if (keeps) await keepRunning(api.url);
} catch (error) {
  // Once it is being stopped, whatever still fails is no news.
  if (!cleaning) console.error(`\n${String(error)}\n${service.lastWords}`);
  process.exitCode = 1;
} finally {
  await unlessEnding();
  await cleanUp();
}

/** Until somebody stops the demo. */
async function keepRunning(url: string): Promise<void> {
  console.log(`  The service goes on at ${url}/docs, with all of this data. Ctrl-C ends it.\n`);
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
}

async function check({ told }: Run): Promise<Finding[]> {
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
