import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';

const REFUSED = { code: '23503', constraint: 'on_a_batch_of_its_sku', table: 'line' };

let database: TestDatabase;
let one: pg.Client;
let other: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  [one, other] = [1, 2].map(() => new pg.Client({ connectionString: database.url })) as [
    pg.Client,
    pg.Client,
  ];
  await Promise.all([one.connect(), other.connect()]);
});

beforeEach(() =>
  one.query(`
    truncate allocation.line, allocation.batch, allocation.product cascade;
    insert into allocation.product (sku, version, last_sequence) values ('TABLE', 1, 1), ('CHAIR', 1, 0);
    insert into allocation.batch (reference, sku, quantity, allocated)
         values ('claimed', 'TABLE', 10, 1), ('free', 'TABLE', 10, 0), ('chairs', 'CHAIR', 10, 0);
    insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
         values ('order-1', 'TABLE', 1, 'claimed', 1);
  `),
);

afterEach(async () => {
  await one.query('rollback');
  await other.query('rollback');
});

afterAll(async () => {
  await Promise.all([one.end(), other.end()]);
  await database.drop();
});

const insertLines = (...lines: readonly (readonly [orderId: string, sku: string, reference: string])[]) =>
  `insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
   values ${lines.map(([orderId, sku, reference]) => `('${orderId}', '${sku}', 1, '${reference}', 2)`).join(', ')}`;

const ORDER = insertLines(['order-2', 'TABLE', 'free']);
const DELETE = `delete from allocation.batch where reference = 'free'`;

async function linesOf(reference: string): Promise<number> {
  const { rowCount } = await one.query('select from allocation.line where batch_reference = $1', [reference]);
  return rowCount!;
}

const waitsForLock = (client: pg.Client) =>
  eventually('it waits for a lock', async () => {
    const { rows } = await one.query<{ isWaiting: boolean }>(
      `select coalesce(wait_event_type = 'Lock', false) as "isWaiting" from pg_stat_activity where pid = $1`,
      [(client as unknown as { processID: number }).processID],
    );
    return rows[0]!.isWaiting;
  });

/** What the other session's statement comes to, once it has begun to wait for this one's transaction. */
async function waiting(sql: string): Promise<{ outcome: Promise<unknown> }> {
  const outcome = other.query(sql).then(
    () => 'done',
    (error: unknown) => error,
  );
  await waitsForLock(other);
  return { outcome };
}

describe('The batch of a line', () => {
  it.each([
    [
      'one line of a statement is on an unknown batch',
      insertLines(['a', 'TABLE', 'free'], ['b', 'TABLE', 'none']),
    ],
    ['it is a batch of another SKU', insertLines(['a', 'TABLE', 'chairs'])],
    ['the line moves to an unknown batch', `update allocation.line set batch_reference = 'none'`],
    [
      'a line that is written again moves to an unknown batch',
      `${insertLines(['order-1', 'TABLE', 'none'])}
       on conflict (order_id, sku) do update set batch_reference = excluded.batch_reference`,
    ],
    ['it is deleted', `delete from allocation.batch where reference = 'claimed'`],
    ['it is deleted with others', 'delete from allocation.batch'],
    ['it is renamed', `update allocation.batch set reference = 'renamed' where reference = 'claimed'`],
    [
      'it becomes one of another SKU',
      `update allocation.batch set sku = 'CHAIR' where reference = 'claimed'`,
    ],
    ['all batches go, and lines stay', 'truncate allocation.batch cascade'],
  ])('is refused with the error of a foreign key if %s', async (_what, sql) => {
    await expect(one.query(sql)).rejects.toMatchObject(REFUSED);
    expect(await linesOf('claimed')).toBe(1);
  });

  it.each([
    ['a batch without lines is deleted', DELETE],
    [
      'a batch without lines is renamed',
      `update allocation.batch set reference = 'renamed' where reference = 'free'`,
    ],
    ['a batch is written again as it is', `update allocation.batch set sku = sku, reference = reference`],
    ['a batch changes beside its lines', `update allocation.batch set quantity = 20`],
    ['a line moves to a batch of its SKU', `update allocation.line set batch_reference = 'free'`],
    ['no line is written', `insert into allocation.line select * from allocation.line where false`],
    ['lines and batches go together', 'truncate allocation.line, allocation.batch cascade'],
  ])('is fine if %s', async (_what, sql) => {
    await expect(one.query(sql)).resolves.toBeDefined();
  });

  it.each(['repeatable read', 'serializable'])(
    'is not deleted in a transaction that would not see new lines: %s',
    async (isolation) => {
      await one.query(`begin isolation level ${isolation}`);
      await expect(one.query(DELETE)).rejects.toMatchObject({ code: '0A000' });
    },
  );
});

describe('A batch that one transaction deletes while another claims it', () => {
  it('stays if the line is written first and committed', async () => {
    await one.query('begin');
    await one.query(ORDER);
    const { outcome } = await waiting(DELETE);
    await one.query('commit');

    expect(await outcome).toMatchObject(REFUSED);
    expect(await linesOf('free')).toBe(1);
  });

  it('goes if the line is written first and rolled back', async () => {
    await one.query('begin');
    await one.query(ORDER);
    const { outcome } = await waiting(DELETE);
    await one.query('rollback');

    expect(await outcome).toBe('done');
  });

  it('refuses the line if it is deleted first and the deletion is committed', async () => {
    await one.query('begin');
    await one.query(DELETE);
    const { outcome } = await waiting(ORDER);
    await one.query('commit');

    expect(await outcome).toMatchObject(REFUSED);
    expect(await linesOf('free')).toBe(0);
  });

  it('takes the line if it is deleted first and the deletion is rolled back', async () => {
    await one.query('begin');
    await one.query(DELETE);
    const { outcome } = await waiting(ORDER);
    await one.query('rollback');

    expect(await outcome).toBe('done');
    expect(await linesOf('free')).toBe(1);
  });

  it('stays if a line has moved to it meanwhile', async () => {
    await one.query('begin');
    await one.query(`update allocation.line set batch_reference = 'free'`);
    const { outcome } = await waiting(DELETE);
    await one.query('commit');

    expect(await outcome).toMatchObject(REFUSED);
  });

  it('is not waited for by lines of other batches, nor does a change of its units wait for its lines', async () => {
    await one.query('begin');
    await one.query(ORDER);
    await other.query('begin');
    await other.query(insertLines(['order-3', 'TABLE', 'free']));
    await other.query(
      `set lock_timeout = '1s'; update allocation.batch set quantity = 30 where reference = 'free'`,
    );
    await other.query('commit');
    await one.query('commit');

    expect(await linesOf('free')).toBe(2);
  });
});
