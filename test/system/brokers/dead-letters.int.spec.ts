import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { registry } from '../../../src/channels.js';
import { readAudit } from '../../../src/kernel/audit/audit.js';
import { incomingOf } from '../../../src/platform/brokers/channels/channel.js';
import { DeadLetterRetry } from '../../../src/platform/brokers/messages/dead-letter-retry.js';
import { DeadLetterSettled } from '../../../src/platform/brokers/messages/dead-letters.js';
import { deadLetterCommands } from '../../../src/platform/cli/operator/dead-letters.js';
import { Receiver } from '../../../src/platform/brokers/messages/receiver.js';
import { asking } from '../../support/asking.js';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { runToEnd } from '../../support/run-command.js';
import { startService, type RunningService } from '../../support/service.js';

let database: TestDatabase;
let service: RunningService;
beforeAll(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const channel = incomingOf(registry).find(({ name }) => name === 'change_batch_quantity')!;
const sql = <Row>(statement: string) => service.get(DataSource).query<Row[]>(statement);
/** As the command line does it, except that the application is the one of the service. */
function cli(...args: string[]): Promise<Ended> {
  return runToEnd(deadLetterCommands(service.ask, asking(service.get(DataSource))), ...args);
}
const inProcessOfItsOwn = (...args: string[]) =>
  new CommandLine({ DATABASE_URL: database.url }, 'dead-letters', ...args).ended;

/** Receives a message; resolves with the id of the newest dead letter, which it may have become. */
async function receive(messageId: string | null, body: string): Promise<number> {
  await service.get(Receiver).receive(channel, {
    broker: 'test',
    channel: channel.name,
    id: messageId,
    body: Buffer.from(body),
    attempt: 1,
  });
  const [letter] = await sql<{ id: number }>('select max(id) as id from broker.dead_letter');
  return letter!.id;
}

let n = 0;
let batch: string;
const shrink = (qty: number) => JSON.stringify({ batchref: batch, qty });
const register = () =>
  service.request('POST', '/v1/batches', { reference: batch, sku: `SKU of ${batch}`, quantity: 10 });
const quantity = async () =>
  (await service.request<{ quantity: number }>('GET', `/v1/batches/${batch}`)).body.quantity;
const changes = async () =>
  (
    await sql(
      `select from event_log.event where type = 'BatchQuantityChanged' and data ->> 'batchReference' = '${batch}'`,
    )
  ).length;

beforeEach(() => {
  batch = `PO-${n++}`;
});

describe('`dead-letters retry`', () => {
  it.each([
    ['with an id', 'm'],
    ['without an id', null],
  ])('applies a message %s once, even if operators retry it at the same time', async (_, messageId) => {
    const id = await receive(messageId && `${messageId}-${batch}`, shrink(4));
    await register();
    const retry = service.get(DeadLetterRetry);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => retry.retry(id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toEqual([
      { status: 'fulfilled', value: true },
    ]);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(DeadLetterSettled);
    expect([await quantity(), await changes()]).toEqual([4, 1]);
  });

  it('works beside a running service, and refuses a second retry in one line', async () => {
    const id = await receive(`m-${batch}`, shrink(4));
    await register();
    expect(await inProcessOfItsOwn('retry', String(id))).toEqual({
      code: 0,
      stdout: `Applied dead letter ${id}.\n`,
      stderr: '',
    });
    expect(await quantity()).toBe(4);
    expect(await cli('retry', String(id))).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^Dead letter ${id} was already applied on \\S+\\n$`)),
    });
    expect(await changes()).toBe(1);
    const audited = await readAudit(service.get(DataSource), 0, 1_000);
    expect(audited.filter(({ subject }) => subject === String(id))).toMatchObject([
      { type: 'dead-letter-retried', actorKind: 'operator', details: { channel: channel.name, isNew: true } },
    ]);
  });

  it('keeps a message that fails again, with the new reason', async () => {
    const id = await receive(`m-${batch}`, shrink(4));
    await sql(`update broker.dead_letter set reason = 'an older one' where id = ${id}`);
    await expect(service.get(DeadLetterRetry).retry(id)).rejects.toThrow(`There is no batch ${batch}.`);
    expect(await sql(`select state, reason from broker.dead_letter where id = ${id}`)).toEqual([
      { state: 'kept', reason: `UnknownBatch: There is no batch ${batch}.` },
    ]);
    await register();
    expect(await service.get(DeadLetterRetry).retry(id)).toBe(true);
    expect(await quantity()).toBe(4);
  });

  it('changes nothing if the message was repeated and applied meanwhile', async () => {
    const id = await receive(`m-${batch}`, shrink(4));
    await register();
    await receive(`m-${batch}`, shrink(4));
    await receive(`later-${batch}`, shrink(7));
    expect(await service.get(DeadLetterRetry).retry(id)).toBe(false);
    expect([await quantity(), await changes()]).toEqual([7, 2]);
  });

  it('does not apply the beginning of a body that was too long to keep', async () => {
    await register();
    const id = await receive(`m-${batch}`, shrink(4).padEnd(70_000) + 'x');
    await expect(service.get(DeadLetterRetry).retry(id)).rejects.toThrow(
      `Dead letter ${id} had 70001 bytes, of which only 65536 were kept.`,
    );
    expect(await quantity()).toBe(10);
  });

  it('refuses a message of a channel that this version does not have', async () => {
    const id = await receive(`m-${batch}`, shrink(4));
    await sql(`update broker.dead_letter set channel = 'gone' where id = ${id}`);
    await expect(service.get(DeadLetterRetry).retry(id)).rejects.toThrow(
      /on gone, a channel that this version does not have/,
    );
  });

  it('refuses an unknown id', async () => {
    await expect(service.get(DeadLetterRetry).retry(9_999)).rejects.toThrow('There is no dead letter 9999.');
  });
});

describe('`dead-letters discard`', () => {
  it('keeps the reason, and the message is never applied afterwards', async () => {
    const id = await receive(`m-${batch}`, shrink(4));
    await register();
    expect((await cli('discard', String(id))).stderr).toMatch(/required option '--reason/);
    expect(await cli('discard', String(id), '--reason', 'Sent by mistake')).toEqual({
      code: 0,
      stdout: `Discarded dead letter ${id}.\n`,
      stderr: '',
    });
    const refused = {
      code: 1,
      stderr: expect.stringMatching(/was already discarded on \S+: Sent by mistake\n$/),
    };
    expect(await cli('retry', String(id))).toMatchObject(refused);
    expect(await cli('discard', String(id), '--reason', 'again')).toMatchObject(refused);
    expect(await quantity()).toBe(10);
  });
});

describe('`dead-letters list` and `show`', () => {
  it('show what waits for an operator, with --all what was settled, and the body', async () => {
    await sql('truncate broker.dead_letter');
    const waiting = await receive(`m-${batch}`, shrink(4));
    const broken = await receive(`broken-${batch}`, '{"batchref": "\u001b[31m');
    await cli('discard', String(broken), '--reason', 'Sent by mistake');

    const { stdout } = await cli('list');
    expect(stdout).toMatch(/^id +received +broker +channel +message +state +reason\n/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout).toContain(`UnknownBatch: There is no batch ${batch}.`);
    const all = JSON.parse((await cli('list', '--all', '--json')).stdout) as { items: object[] };
    expect(all).toMatchObject({
      items: [
        { id: waiting, state: 'kept' },
        { id: broken, state: 'discarded', discardReason: 'Sent by mistake' },
      ],
      next: null,
    });
    const shown = await cli('show', String(broken));
    expect(shown.stdout).toMatch(/^discarded +Sent by mistake$/m);
    expect(shown.stdout).toContain('{"batchref": "\\u001b[31m');
    expect(JSON.parse((await cli('show', String(waiting), '--json')).stdout)).toMatchObject({
      id: waiting,
      body: shrink(4),
      bodyBase64: Buffer.from(shrink(4)).toString('base64'),
    });
    expect(await cli('show', '99999')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no dead letter 99999.\n',
    });
  });
});
