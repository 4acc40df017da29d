import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { userInfo, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { DataSource } from 'typeorm';
import { createKey, recordUse } from '../../../src/platform/access/keys/keys.js';
import { earmark, type Entrances } from '../../../src/program.js';
import { SCOPES } from '../../../src/scopes.js';
import { eventually } from '../../../testing/eventually.js';
import { asking, askingService } from '../../support/asking.js';
import type { Ended } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { runToEnd } from '../../support/run-command.js';
import { startService, type RunningService } from '../../support/service.js';

/** On the database the actor is `loopback`, over REST the key: so that events name the same one. */
const KEY_NAME = 'loopback';

/** A service on a database of its own, and the command line that works on it in one of the two ways. */
interface Side {
  readonly database: TestDatabase;
  readonly service: RunningService;
  readonly dataSource: DataSource;
  readonly key: string;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
}

let onDatabase: Side;
let overRest: Side;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-over-rest-'));
  [onDatabase, overRest] = await Promise.all([
    startSide(({ service, database, dataSource }) => ({
      ask: service.ask,
      askDatabase: asking(dataSource),
      askDatabaseUrl: asking(database.url),
      requireDatabase: () => undefined,
    })),
    startSide(({ service, key }) => {
      const ask = askingService(service.url, key);
      const requireDatabase = (command: string) => {
        throw new Error(`${command} needs the database.`);
      };
      return { ask, askDatabase: ask, askDatabaseUrl: ask, requireDatabase };
    }),
  ]);
});
afterAll(async () => {
  await Promise.all(
    [onDatabase, overRest].map(async ({ service, database }) => {
      await service.close();
      await database.drop();
    }),
  );
  await rm(folder, { recursive: true });
});

type Ways = Pick<Entrances, 'ask' | 'askDatabase' | 'askDatabaseUrl' | 'requireDatabase'>;
const unused = () => Promise.reject(new Error('It is not asked for.'));
const programWith = (ways: Ways): Command =>
  earmark({ ...ways, run: unused, runOnUrl: unused, start: unused, demo: unused });

async function startSide(waysOf: (side: Omit<Side, 'run'>) => Ways): Promise<Side> {
  const database = await freshDatabase();
  const service = await startService(database.url);
  const dataSource = service.get(DataSource);
  const key = await createKey(dataSource, KEY_NAME, SCOPES);
  const side = { database, service, dataSource, key };
  const authorization = `Bearer ${key}`;
  const register = (reference: string, sku: string, quantity: number, eta: string | null) =>
    service.request('POST', '/v1/batches', { reference, sku, quantity, eta }, { authorization });
  await eventually('the key is known', async () => (await register('PO-1', 'LAMP', 40, null)).status < 300);
  // The service would record it later, and on one of the sides before the other.
  await recordUse(dataSource, [key.split('_')[1]!]);
  await register('PO-2', 'LAMP', 50, '2099-01-31');
  await register('PO-3', 'RUG', 5, null);
  await dataSource.query(
    `insert into broker.dead_letter (broker, channel, message_id, reason, size, body)
     select 'redis', 'change_batch_quantity', null, 'It was early.', length(body), body
       from unnest(array['{"batchref": "PO-2", "qty": 45}', '{"batchref": "PO-9", "qty": 1}']::bytea[]) as body`,
  );
  return { ...side, run: (...args) => runToEnd(programWith(waysOf(side)), ...args) };
}

/** Resolves once the subscriptions have read to the end: lists of read models are up to date then. */
async function settled({ dataSource }: Side): Promise<void> {
  await eventually('all is read', async () => {
    const [row] = await dataSource.query<{ isRead: boolean }[]>(
      `select bool_and(position >= (select max(position) from event_log.event)) as "isRead" from event_log.subscription`,
    );
    return row!.isRead;
  });
}

/** Parks the first events of lamps for one of the subscriptions. */
async function parkEvents({ dataSource }: Side): Promise<void> {
  await dataSource.query(
    `insert into event_log.set_aside (subscription, position, key, state, attempts, error)
     select 'webhooks.outbox', position, key, case when position = min(position) over () then 'parked' else 'behind' end,
            8, 'Error: The lamp is broken.'
       from event_log.event where key = 'LAMP' order by position limit 2`,
  );
}

const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID'],
  [/earmark_[\da-f]{16}_[\da-f]{64}/g, 'KEY'],
  [/(earmark_|"(?:keyI|i)d":")[\da-f]{16}/g, '$1ID'],
  [/"version":"[^"]*"/g, '"version":"VERSION"'],
  [/"seconds":[\d.]+/g, '"seconds":0'],
  [
    new RegExp(
      `"actor":"(?:${userInfo().username}|${KEY_NAME})","actorKind":"(?:operator|key|loopback)"`,
      'g',
    ),
    'WHO',
  ],
  [new RegExp(`(?:operator|key|loopback) (?:${userInfo().username}|${KEY_NAME})`, 'g'), 'WHO'],
  [/ +/g, ' '],
];
const comparable = ({ code, stdout, stderr }: Ended) => {
  const [out, err] = [stdout, stderr].map((text) =>
    VARYING.reduce((all, [pattern, by]) => all.replace(pattern, by), text),
  );
  return { code, stdout: out, stderr: err };
};

const steps = () => join(folder, 'steps.json');

/** Every command, with what goes well and what does not, in the order in which they run. */
const SESSION: readonly (readonly string[])[] = [
  ['allocate', 'o-1', 'LAMP', '2'],
  ['allocate', 'o-2', 'LAMP', '9999'],
  ['allocate', 'o-2', 'SOFA', '1'],
  ['allocate', 'o-3', 'LAMP', '9999', '--when-short', 'backorder'],
  ['orders', 'o-1'],
  ['orders', 'nobody'],
  ['backorders', 'LAMP'],
  ['deallocate', 'o-3'],
  ['deallocate', 'o-1', 'LAMP'],
  ['order put', 'o-10', 'LAMP=4', 'RUG=1', '--hold', '900', '--priority', '7'],
  ['order put', 'o-11', 'RUG=99'],
  ['order put', 'o-12', 'RUG=2', 'LAMP=3', '--channel', 'web', '--needed-by', '2099-12-31'],
  ['order put', 'o-13', 'RUG=99', 'LAMP=1', '--when-short', 'skip'],
  ['order confirm', 'o-10'],
  ['order confirm', 'nobody'],
  ['order show', 'o-10'],
  ['order list', '--limit', '1'],
  ['order list', '--state', 'allocated', '--sku', 'RUG'],
  ['order history', 'o-10'],
  ['order history', 'o-10', '--limit', '1'],
  ['order cancel', 'o-13'],
  ['order cancel', 'nobody'],
  ['products'],
  ['products', '--limit', '1'],
  ['products', '--after', 'LAMP'],
  ['products', 'LAMP'],
  ['products', 'SOFA'],
  ['batches', '--sku', 'LAMP'],
  ['batches', '--limit', '2'],
  ['batches', 'PO-1'],
  ['batches', 'PO-9'],
  ['change-quantity', 'PO-2', '60'],
  ['change-quantity', 'PO-9', '60'],
  ['change-lot', 'PO-2', '--block', '--best-before', '2099-06-30'],
  ['change-lot', 'PO-1', '--location', 'rotterdam'],
  ['timeline', 'LAMP'],
  ['timeline', 'LAMP', '--until', '2098-01-01'],
  ['promises'],
  ['promises', '--sku', 'RUG', '--limit', '1'],
  ['promises', '--late'],
  ['policy set', 'LAMP', '--safety-stock', '2', '--protect', 'web=3@2099-01-01'],
  ['policy set', 'SOFA'],
  ['policy show', 'LAMP'],
  ['reallocate', 'LAMP', '--segment', 'win:channel=web', '--segment', 'lose', '--simulate'],
  ['reallocate', 'LAMP', '--segment', 'redistribute'],
  ['receive', 'receipt-1', 'PO-2', '58', '--rejected', '1'],
  ['receive', 'receipt-1', 'PO-2', '59'],
  ['ship', 'shipment-1', 'o-12', 'RUG=1'],
  ['ship', 'shipment-2', 'o-12', 'RUG=9'],
  ['shipments', 'o-12'],
  ['return', 'return-1', 'o-12', 'RUG=1', '--scrap', '--reason', 'scratched'],
  ['return', 'return-2', 'o-12', 'RUG=1'],
  ['adjust', 'adjustment-1', 'PO-1', '-1', '--reason', 'water damage'],
  ['adjust', 'adjustment-2', 'PO-1', '-99', '--reason', 'water damage'],
  ['simulate', 'FILE'],
  ['events', '--after', '3'],
  ['events', '--after', '99999'],
  ['subscriptions list'],
  ['subscriptions retry', 'webhooks.outbox', '2'],
  ['subscriptions retry', 'webhooks.outbox', '3'],
  ['subscriptions retry', 'webhooks.outbox', '99999'],
  ['subscriptions discard', 'nobody', '1', '--reason', 'a test'],
  ['subscriptions discard', 'webhooks.outbox', '1', '--reason', 'a test'],
  ['subscriptions rebuild', 'allocation.product-totals'],
  ['subscriptions rebuild', 'allocation.stock'],
  ['dead-letters list'],
  ['dead-letters list', '--all', '--limit', '1'],
  ['dead-letters show', '1'],
  ['dead-letters show', '9'],
  ['dead-letters retry', '1'],
  ['dead-letters retry', '2'],
  ['dead-letters discard', '2', '--reason', 'sent by mistake'],
  ['keys create', 'web-shop', '--scopes', 'read,orders:write'],
  ['keys list'],
  ['keys revoke', 'web-shop'],
  ['keys revoke', 'nobody'],
  ['audit', '--last', '4'],
  ['migrate status'],
];

/** Of the commands that have no other commands. */
function namesIn(command: Command, before = ''): string[] {
  return command.commands.flatMap((each) => {
    const name = `${before}${each.name()}`;
    return each.commands.length === 0 ? [name] : namesIn(each, `${name} `);
  });
}

describe('A command over REST', () => {
  it('prints and exits as on the database, whatever it is', async () => {
    await writeFile(
      steps(),
      JSON.stringify({
        steps: [
          { reschedule: { reference: 'PO-2', eta: '2099-03-31' } },
          { order: { orderId: 'o-20', lines: [{ sku: 'LAMP', quantity: 1 }] } },
          { allocate: { orderId: 'o-21', sku: 'SOFA', quantity: 1 } },
          { changeQuantity: { reference: 'PO-1', quantity: 1 } },
        ],
      }),
    );
    const differences: object[] = [];
    for (const [name = '', ...args] of SESSION) {
      if (name === 'subscriptions list') await Promise.all([onDatabase, overRest].map(parkEvents));
      const line = [...name.split(' '), ...args.map((arg) => (arg === 'FILE' ? steps() : arg))];
      for (const options of [[], ['--json']]) {
        await Promise.all([onDatabase, overRest].map(settled));
        const [expected, got] = [
          comparable(await onDatabase.run(...line, ...options)),
          comparable(await overRest.run(...line, ...options)),
        ];
        if (JSON.stringify(expected) !== JSON.stringify(got))
          differences.push({ line: [...line, ...options].join(' '), onDatabase: expected, overRest: got });
      }
    }
    expect(differences).toEqual([]);
  });

  it('is tried here, or says that it needs the database: none is forgotten', async () => {
    const refused: string[] = [];
    const program = programWith({
      ask: unused,
      askDatabase: unused,
      askDatabaseUrl: unused,
      requireDatabase: (command) => {
        refused.push(command);
        throw new Error('It needs the database.');
      },
    });
    const tried = new Set(SESSION.map(([name]) => name));
    const rest = namesIn(program).filter((name) => !tried.has(name));
    const ARGUMENTS: Record<string, number> = { 'migrate up': 0, count: 3 };
    const ownProcess = ['start', 'demo'];
    for (const name of rest.filter((name) => !ownProcess.includes(name))) {
      const words = name.split(' ');
      // Their arguments do not matter, if there are enough: it comes first.
      const ended = await runToEnd(
        program,
        ...words,
        ...Array<string>(ARGUMENTS[name] ?? (words[0] === 'export' ? 0 : 1)).fill('x'),
      );
      expect(ended).toEqual({ code: 1, stdout: '', stderr: 'It needs the database.\n' });
    }
    expect(new Set(rest)).toEqual(new Set([...ownProcess, ...refused]));
    expect(refused.sort()).toEqual([
      'backup',
      'count',
      'count-sheet',
      'export allocations',
      'export batches',
      'export products',
      'import batches',
      'import orders',
      'migrate down',
      'migrate up',
      'restore',
    ]);
  });
});
