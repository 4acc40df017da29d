import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventsPruned, requireInLog } from '../../../src/kernel/event-log/pruned.js';
import {
  dropOldPartition,
  pruneAudit,
  pruneDeadLetters,
  pruneInbox,
  pruneLog,
} from '../../../src/platform/retention/prune.js';
import {
  registerCheckpoint,
  advanceCheckpoint,
} from '../../../src/kernel/subscriptions/readers/checkpoint.js';
import { narrowPartitions } from '../../../testing/narrow-partitions.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { append, happened } from '../../support/subscription.js';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());

const query = <Row>(sql: string, parameters: unknown[] = []) =>
  kernel.dataSource.query<Row[]>(sql, parameters);

const manager = () => kernel.dataSource.manager;
const happen = (count: number) =>
  append(kernel, ...Array.from({ length: count }, (_, n) => happened(`KEY-${n}`)));
const age = (upTo: number, days: number) =>
  query("update event_log.event set occurred_at = now() - $2 * interval '1 day' where position <= $1", [
    upTo,
    days,
  ]);
const readUpTo = async (name: string, position: number) => {
  await registerCheckpoint(manager(), name);
  await advanceCheckpoint(manager(), name, position);
};
const kept = async () =>
  (await query<{ position: number }>('select position from event_log.event order by position')).map(
    ({ position }) => position,
  );
const prunedUpTo = async () =>
  (await query<{ upTo: number }>('select up_to as "upTo" from event_log.pruned'))[0]!.upTo;

describe('Pruning the log', () => {
  beforeEach(async () => {
    await query('truncate event_log.event, event_log.subscription restart identity cascade');
    await query('update event_log.pruned set up_to = 0');
  });

  it('deletes events that are older than so many days, and keeps the rest', async () => {
    await happen(6);
    await age(4, 31);
    await age(2, 40);
    await readUpTo('slow', 6);
    expect(await pruneLog(manager(), 30)).toBe(4);
    expect(await kept()).toEqual([5, 6]);
    expect(await prunedUpTo()).toBe(4);
  });

  it('keeps what the slowest subscription has not read yet, however old', async () => {
    await happen(6);
    await age(6, 100);
    await readUpTo('fast', 6);
    await readUpTo('slow', 2);
    expect(await pruneLog(manager(), 30)).toBe(2);
    expect(await kept()).toEqual([3, 4, 5, 6]);
  });

  it('keeps the first parked event and everything after it', async () => {
    await happen(6);
    await age(6, 100);
    await readUpTo('failing', 6);
    await query(
      "insert into event_log.set_aside (subscription, position, key, state) values ('failing', 3, 'KEY-2', 'parked')",
    );
    expect(await pruneLog(manager(), 30)).toBe(2);
    expect(await kept()).toEqual([3, 4, 5, 6]);
  });

  it('keeps the newest event, the head of the log', async () => {
    await happen(3);
    await age(3, 100);
    await readUpTo('fast', 3);
    expect(await pruneLog(manager(), 30)).toBe(2);
    expect(await kept()).toEqual([3]);
    expect(await pruneLog(manager(), 30)).toBe(0);
  });

  it('leaves no gap if a clock was set back', async () => {
    await happen(5);
    await age(5, 100);
    await query('update event_log.event set occurred_at = now() where position = 2');
    await readUpTo('fast', 5);
    expect(await pruneLog(manager(), 30)).toBe(1);
    expect(await kept()).toEqual([2, 3, 4, 5]);
  });

  it('deletes in portions, and nothing in an empty log', async () => {
    expect(await pruneLog(manager(), 30)).toBe(0);
    await happen(7_000);
    await age(7_000, 100);
    await readUpTo('fast', 7_000);
    expect(await pruneLog(manager(), 30)).toBe(5_000);
    expect(await pruneLog(manager(), 30)).toBe(1_999);
    expect(await pruneLog(manager(), 30)).toBe(0);
    expect(await prunedUpTo()).toBe(6_999);
  });

  it('takes the longest time that can be set', async () => {
    await happen(3);
    await age(3, 20_000);
    await readUpTo('fast', 3);
    expect(await pruneLog(manager(), 99_999)).toBe(0);
    expect(await dropOldPartition(manager(), 99_999)).toBeNull();
    expect(await pruneInbox(manager(), 99_999)).toBe(0);
    expect(await pruneDeadLetters(manager(), 99_999)).toBe(0);
    expect(await pruneAudit(manager(), 99_999)).toBe(0);
    expect(await pruneLog(manager(), 19_999)).toBe(2);
  });

  it('does not block appending and reading before its commit', async () => {
    await happen(10);
    await age(10, 100);
    await readUpTo('fast', 10);
    await kernel.dataSource.transaction(async (pruning) => {
      expect(await pruneLog(pruning, 30)).toBe(9);
      await happen(1);
      expect(await kept()).toHaveLength(11);
    });
    expect(await kept()).toEqual([10, 11]);
  });

  it('is reported only to readers that continue from a pruned position', async () => {
    await happen(5);
    await age(3, 100);
    await readUpTo('fast', 5);
    await pruneLog(manager(), 30);
    await expect(requireInLog(manager(), 2)).rejects.toThrow(EventsPruned);
    await requireInLog(manager(), 3);
    await requireInLog(manager(), 0);
  });
});

describe('Dropping the oldest partition of the log', () => {
  beforeEach(async () => {
    await kernel.close();
    kernel = await freshKernel();
    // Three events in each of the first two partitions, and one in the last.
    for (const statement of narrowPartitions(1, 4, 7, 10)) await query(statement);
    await happen(7);
    await readUpTo('reader', 7);
  });

  const drop = () => dropOldPartition(manager(), 30);

  it('takes all its events, and says so to readers that would miss them', async () => {
    await age(3, 31);
    expect(await drop()).toBe('event_1');
    expect(await drop()).toBeNull();
    expect(await kept()).toEqual([4, 5, 6, 7]);
    expect(await prunedUpTo()).toBe(3);
    await expect(requireInLog(manager(), 2)).rejects.toThrow(EventsPruned);
    await requireInLog(manager(), 3);
  });

  it('waits until its last event is old', async () => {
    await age(3, 29);
    await age(2, 31);
    expect(await drop()).toBeNull();
    expect(await kept()).toHaveLength(7);
  });

  it('takes none before an older one, if a clock was set back', async () => {
    await age(6, 31);
    await query('update event_log.event set occurred_at = now() where position = 3');
    expect(await drop()).toBeNull();
    expect(await kept()).toHaveLength(7);
  });

  it('never takes the one that events are appended to, nor one of which a subscription has yet to read the last event', async () => {
    await age(7, 100);
    await query('update event_log.subscription set position = 5');
    expect([await drop(), await drop()]).toEqual(['event_1', null]);
    await query('update event_log.subscription set position = 7');
    expect([await drop(), await drop()]).toEqual(['event_4', null]);
    expect(await kept()).toEqual([7]);
    expect(await kernel.log.last(manager())).toBe(7);
  });

  it('keeps one with a parked event, and all after it', async () => {
    await age(7, 100);
    await query(
      "insert into event_log.set_aside (subscription, position, key, state) values ('reader', 2, 'KEY-1', 'parked')",
    );
    expect(await drop()).toBeNull();
    await query('delete from event_log.set_aside');
    expect(await drop()).toBe('event_1');
  });

  it('spares its events from being deleted one by one if it can be dropped within a quarter of the time', async () => {
    await age(3, 23);
    await age(2, 31);
    expect(await pruneLog(manager(), 30)).toBe(0);
    await age(3, 22);
    await age(2, 31);
    expect(await pruneLog(manager(), 30)).toBe(2);
    expect(await kept()).toEqual([3, 4, 5, 6, 7]);
  });

  it('takes one whose events were all deleted before', async () => {
    await query('delete from event_log.event where position <= 3');
    expect(await drop()).toBe('event_1');
    expect(await prunedUpTo()).toBe(0);
    await age(6, 31);
    expect(await drop()).toBe('event_4');
    expect(await prunedUpTo()).toBe(6);
  });

  it('gives up at once if somebody has read or appended in a transaction that goes on', async () => {
    await age(3, 31);
    await kernel.dataSource.transaction(async (other) => {
      await other.query('select from event_log.event limit 1');
      expect(await drop()).toBeNull();
      await append(kernel, happened('KEY'));
    });
    expect(await drop()).toBe('event_1');
  });
});

describe('The partitions of the log', () => {
  it('can be dropped by their names only', async () => {
    await expect(query(`select event_log.drop_partition('pruned')`)).rejects.toThrow(
      'The log has no partition pruned',
    );
  });
});

describe('Pruning the inbox', () => {
  it('deletes entries that are older than so many days', async () => {
    await query(
      `insert into broker.inbox (channel, message_id, received_at)
       select 'channel', n::text, now() - n * interval '10 days' from generate_series(0, 5) as n`,
    );
    expect(await pruneInbox(kernel.dataSource.manager, 25)).toBe(3);
    const left = await query<{ id: string }>('select message_id as id from broker.inbox order by 1');
    expect(left.map(({ id }) => id)).toEqual(['0', '1', '2']);
  });
});

describe('Pruning the dead letters', () => {
  it('deletes those that were received more than so many days ago, whatever their state', async () => {
    await query(
      `insert into broker.dead_letter (broker, channel, reason, body, size, received_at, state, settled_at)
       select 'test', 'channel', n::text, '', 0, now() - n * interval '10 days',
              case n % 2 when 0 then 'kept' else 'applied' end, case n % 2 when 1 then now() end
         from generate_series(0, 5) as n`,
    );
    expect(await pruneDeadLetters(kernel.dataSource.manager, 25)).toBe(3);
    const left = await query<{ reason: string }>('select reason from broker.dead_letter order by 1');
    expect(left.map(({ reason }) => reason)).toEqual(['0', '1', '2']);
  });
});
