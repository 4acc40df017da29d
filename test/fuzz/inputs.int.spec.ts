import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import {
  incomingOf,
  REGISTRY,
  type IncomingChannel,
  type Registry,
} from '../../src/platform/brokers/channels/channel.js';
import { Receiver } from '../../src/platform/brokers/messages/receiver.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { importCommands } from '../support/import-commands.js';
import { runCommand } from '../support/run-command.js';
import { startService, type RunningService } from '../support/service.js';
import { message } from './broker-messages.js';
import { csvRow, jsonRow, type Row } from './file-rows.js';
import { Findings, requestsToSend, SEED, timeFor } from './runs.js';
import { faultsStored } from './stored.js';

// The start of a service may take long on a slow machine.

const MESSAGES = requestsToSend(250, 0.05);
const ROWS = requestsToSend(300, 0.1);

let database: TestDatabase;
let service: RunningService;
let channel: IncomingChannel;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'earmark-import-'));
  service = await startService(database.url);
  [channel] = incomingOf(service.get<Registry>(REGISTRY)) as [IncomingChannel];
  for (let n = 0; n < 5; n++) {
    await service.request('POST', '/v1/batches', { reference: `PO-${n}`, sku: 'TABLE', quantity: 10 });
  }
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

describe('Any message from a broker', () => {
  it(
    `is applied, or kept with its reason, and never lost: ${MESSAGES} messages of seed ${SEED}`,
    async () => {
      const receiver = service.get(Receiver);
      const dataSource = service.get(DataSource);
      const findings = new Findings();
      const seen = new Set<string>();
      const kept = async () => {
        const [row] = await dataSource.query<{ count: number }[]>('select count(*) from broker.dead_letter');
        return row!.count;
      };
      let before = await kept();
      for (const { id, body, says } of fc.sample(message, { seed: SEED, numRuns: MESSAGES })) {
        const add = (fault: string) =>
          findings.add(fault, JSON.stringify([id, body.toString().slice(0, 300)]));
        await receiver
          .receive(channel, { broker: 'redis', channel: channel.name, id, body, attempt: 1 })
          .catch((error: unknown) => add(`throws ${String(error)}`));
        const now = await kept();
        // A second message of an id is the first one again.
        const isRepeated = id !== null && seen.has(id);
        if (id !== null) seen.add(id);
        const isId = id === null || (id.length <= 256 && !/[\0\p{Cs}]/u.test(id));
        const isKnown = says != null && /^PO-[0-4]$/.test(says.batchref);
        if (isId && !isRepeated && isKnown) {
          const { body: batch } = await service.request<{ quantity: number }>(
            'GET',
            `/v1/batches/${says.batchref}`,
          );
          if (batch.quantity !== says.qty) add('is not applied');
          if (now !== before) add('is kept, though it is applied');
        } else if (says !== undefined && !isRepeated && now !== before + 1) {
          add('is not kept');
        }
        before = now;
      }

      expect(findings.all).toEqual([]);
      const letters = await dataSource.query<{ reason: string }[]>('select reason from broker.dead_letter');
      expect(letters.length).toBeGreaterThan(10);
      expect(letters.filter(({ reason }) => !/^(?:InvalidMessage|UnknownBatch): ./s.test(reason))).toEqual(
        [],
      );
      expect(await faultsStored(database.url)).toEqual([]);
    },
    timeFor(MESSAGES),
  );
});

async function importOf(name: 'batches' | 'orders', file: string, lines: readonly Buffer[]) {
  const path = join(folder, file);
  await writeFile(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
  const rejects = join(folder, `${file}.rejects.csv`);
  const args = [name, path, '--json', '--rejects', rejects];
  const { stdout, stderr } = await runCommand(importCommands(service.run), ...args);
  expect(process.exitCode ?? 0).toBe(0);
  return {
    summary: JSON.parse(stdout) as { rows: number; new: number; rejected: Record<string, number> },
    stderr,
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
        new Set(
          (await service.get(DataSource).query<{ code: string }[]>(sql)).map(
            ({ code }) => code.split('!', 1)[0]!,
          ),
        );
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
