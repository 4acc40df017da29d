import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addPartition } from '../../../src/kernel/event-log/partitions.js';
import { deleteAbandonedRanges } from '../../../src/kernel/event-log/positions.js';
import { retryTransient } from '../../../src/kernel/postgres/retry.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { append, happened } from '../../support/subscription.js';

/** The last position that the first partition of a new log is for, and how many a later one is for at least. */
const WIDTH = 10_000_000;

interface Partition {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

let kernel: Kernel;
beforeEach(async () => {
  kernel = await freshKernel();
});
afterEach(() => kernel.close());

const query = <Row>(sql: string, parameters: unknown[] = []) =>
  kernel.dataSource.query<Row[]>(sql, parameters);
const partitions = () => query<Partition>('select name, first, last from event_log.partition order by first');
const continueAt = (position: number) =>
  query(`alter table event_log.event alter position restart with ${position}`);
const happen = (...keys: string[]) => append(kernel, ...keys.map((key) => happened(key)));
const positions = async () =>
  (await kernel.log.read(kernel.dataSource.manager, 0, 10_000)).map(({ position }) => position);

describe('The partitions of the log', () => {
  it('begin with one for ten million events', async () => {
    expect(await partitions()).toEqual([{ name: 'event_1', first: 0, last: WIDTH }]);
  });

  it('are added before they are needed, and only then', async () => {
    await addPartition(kernel.dataSource.manager);
    expect(await partitions()).toHaveLength(1);
    await happen('A');
    await addPartition(kernel.dataSource.manager);
    await addPartition(kernel.dataSource.manager);
    expect(await partitions()).toEqual([
      { name: 'event_1', first: 0, last: WIDTH },
      { name: 'event_10000001', first: WIDTH + 1, last: 2 * WIDTH },
    ]);
  });

  it('are for an eighth of the events that are there, if that is more than ten million', async () => {
    await happen('A');
    // What PostgreSQL estimates of a table that it has looked at.
    await query(`update pg_class set reltuples = 2e8 where oid = 'event_log.event_1'::regclass`);
    await addPartition(kernel.dataSource.manager);
    expect((await partitions()).at(-1)).toMatchObject({ first: WIDTH + 1, last: WIDTH + 25_000_000 });
  });

  it('are added once if several processes add them at the same time', async () => {
    await happen('A');
    await Promise.all(Array.from({ length: 5 }, () => addPartition(kernel.dataSource.manager)));
    expect(await partitions()).toHaveLength(2);
  });

  it('cover a gap of positions that a restore leaves', async () => {
    await happen('A');
    await continueAt(90 * WIDTH);
    await addPartition(kernel.dataSource.manager);
    await happen('B');
    expect(await positions()).toEqual([1, 90 * WIDTH]);
    expect(await partitions()).toHaveLength(2);
  });

  it('are added while others append and read', async () => {
    await happen('A');
    await kernel.dataSource.transaction(async (other) => {
      await other.query('lock table event_log.event in row exclusive mode');
      await addPartition(kernel.dataSource.manager);
    });
    expect(await partitions()).toHaveLength(2);
  });

  it('have the indexes of the log', async () => {
    await happen('A');
    await addPartition(kernel.dataSource.manager);
    const indexes = (table: string) =>
      query(
        `select replace(pg_get_indexdef(indexrelid), indexrelid::regclass::text, '') as index from pg_index
          where indrelid = $1::regclass order by indisprimary`,
        [table],
      );
    const [first, second] = await Promise.all(
      ['event_1', 'event_10000001'].map((name) => indexes(`event_log.${name}`)),
    );
    expect(first).toHaveLength(2);
    expect(JSON.stringify(second).replaceAll('event_10000001', 'event_1')).toBe(JSON.stringify(first));
  });
});

describe('An append that finds no partition', () => {
  it.each([
    ['a few events', 3],
    ['more events than are appended under the lock', 2_500],
  ])('adds one, and succeeds when it is tried again: %s', async (_, count) => {
    await continueAt(WIDTH - 1);
    const keys = Array.from({ length: count }, (__, n) => `KEY-${n}`);
    await expect(happen(...keys)).rejects.toMatchObject({ code: '40001' });
    expect(await positions()).toEqual([]);

    await retryTransient(() => happen(...keys));
    // The positions that the first attempt has reserved are never used, as of any transaction that is rolled back.
    await deleteAbandonedRanges(kernel.dataSource.manager);
    expect(await positions()).toHaveLength(count);
    expect(await query('select from event_log.reserved')).toEqual([]);
    await happen('AFTER');
    expect(await positions()).toHaveLength(count + 1);
  });

  it('is refused for good if no partition can be added', async () => {
    await continueAt(WIDTH + 1);
    await query('alter function event_log.add_partition rename to lost');
    await expect(happen('A')).rejects.toMatchObject({ code: '42883' });
  });

  it('does not take another fault for a lack of partitions', async () => {
    await query(`alter table event_log.event add constraint no_b check (key <> 'B')`);
    await expect(happen('B')).rejects.toMatchObject({ code: '23514', constraint: 'no_b' });
  });
});

describe('A log of several partitions', () => {
  beforeEach(async () => {
    await continueAt(WIDTH - 2);
    await addPartition(kernel.dataSource.manager);
    await happen('A', 'B', 'A', 'B', 'A');
  });

  it('is read over the end of one in the order of the log', async () => {
    const { manager } = kernel.dataSource;
    const all = Array.from({ length: 5 }, (_, n) => WIDTH - 2 + n);
    expect(await positions()).toEqual(all);
    expect(await kernel.log.head(manager)).toBe(all.at(-1));
    expect(await kernel.log.readOf(manager, ['Happened'], WIDTH - 2, 10)).toMatchObject({
      events: all.slice(1).map((position) => ({ position })),
      upTo: all.at(-1),
    });
    expect(await kernel.log.readMatching(manager, { key: 'A' }, 0, 2)).toMatchObject({
      events: [{ position: all[0] }, { position: all[2] }],
      upTo: all[2],
    });
    expect(await kernel.log.at(manager, all[4]!)).toMatchObject({ key: 'A' });
  });
});
