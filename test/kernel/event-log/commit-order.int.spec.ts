import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { addPartition } from '../../../src/kernel/event-log/partitions.js';
import { APPEND_LOCK } from '../../../src/kernel/event-log/positions.js';
import { eventually } from '../../../testing/eventually.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { append, happened } from '../../support/subscription.js';

describe('the event log', () => {
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = await freshKernel();
  });

  beforeEach(async () => {
    await kernel.dataSource.query('delete from event_log.event');
  });

  afterAll(() => kernel.close());

  /** A transaction that has written something already, and so has its id, before it comes to append. */
  async function transaction(): Promise<QueryRunner> {
    const runner = kernel.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('select pg_current_xact_id()');
    return runner;
  }

  function appendIn(runner: QueryRunner, key: string): Promise<void> {
    const cause = { correlationId: 'test', causationId: null };
    return kernel.log.append(runner.manager, [{ event: happened(key), cause }]);
  }

  async function keysAfter(position: number): Promise<string[]> {
    const { events } = await kernel.log.readOf(kernel.dataSource.manager, ['Happened'], position, 100);
    return events.map(({ key }) => key);
  }

  it('skips no event if a transaction that began earlier commits later', async () => {
    const earlier = await transaction();
    const later = await transaction();
    await appendIn(later, 'LATER');
    const appended = appendIn(earlier, 'EARLIER');
    await eventually('the earlier one waits for the later one', isSomebodyWaiting);
    expect(await keysAfter(0)).toEqual([]);

    await later.commitTransaction();
    await appended;
    expect(await keysAfter(0)).toEqual(['LATER']);
    const seen = await kernel.log.head(kernel.dataSource.manager);

    await earlier.commitTransaction();
    expect(await keysAfter(seen)).toEqual(['EARLIER']);
    await Promise.all([earlier.release(), later.release()]);
  });

  it('gives an event its position only once the transaction holds the lock', async () => {
    const holder = await transaction();
    const waiting = await transaction();
    await holder.query('select pg_advisory_xact_lock($1)', [APPEND_LOCK]);
    const appended = appendIn(waiting, 'WAITED');
    await eventually('the other one waits', isSomebodyWaiting);
    await appendIn(holder, 'HELD');
    await holder.commitTransaction();
    await appended;
    await waiting.commitTransaction();
    expect(await keysAfter(0)).toEqual(['HELD', 'WAITED']);
    await Promise.all([holder.release(), waiting.release()]);
  });

  it('leaves a gap if an appending transaction is rolled back, and no reader waits for it', async () => {
    const failing = await transaction();
    const other = await transaction();
    await appendIn(failing, 'NEVER');
    const appended = appendIn(other, 'OTHER');
    await eventually('the other one waits', isSomebodyWaiting);
    await failing.rollbackTransaction();
    await appended;
    await other.commitTransaction();
    expect(await keysAfter(0)).toEqual(['OTHER']);
    await Promise.all([failing.release(), other.release()]);
  });

  it('is read completely and in order while many transactions append and some roll back', async () => {
    const [readSoFar, isDone] = [[] as StoredEvent[], { now: false }];
    const reading = (async () => {
      for (let position = 0; ;) {
        const wasDone = isDone.now;
        const { events, upTo } = await kernel.log.readOf(
          kernel.dataSource.manager,
          ['Happened'],
          position,
          7,
        );
        readSoFar.push(...events);
        if (wasDone && upTo === position) return;
        position = upTo;
      }
    })();
    const writer = async (who: number) => {
      for (let i = 0; i < 25; i++) {
        const runner = await transaction();
        await appendIn(runner, `KEY-${who}`);
        await (i % 5 === 4 ? runner.rollbackTransaction() : runner.commitTransaction());
        await runner.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, who) => writer(who)));
    isDone.now = true;
    await reading;

    const all = await kernel.log.read(kernel.dataSource.manager, 0, 1_000);
    expect(all).toHaveLength(8 * 20);
    // Those outside are not shown of which trace it was.
    expect(readSoFar).toEqual(all.map((event) => ({ ...event, traceparent: null })));
  });

  it('is read up to its head even if no event matches', async () => {
    await append(kernel, happened('CHAIR'), { ...happened('CHAIR'), type: 'Else' });
    const { manager } = kernel.dataSource;
    const head = await kernel.log.head(manager);
    expect(await kernel.log.readOf(manager, ['Never'], 0, 10)).toEqual({ events: [], upTo: head, head });
    const { events, upTo } = await kernel.log.readOf(manager, ['Happened'], 0, 10);
    expect([events.length, upTo]).toEqual([1, head]);
  });

  it('is read no further than the last event of a full slice', async () => {
    await append(kernel, happened('A'), happened('B'), happened('C'));
    const { manager } = kernel.dataSource;
    const { events, upTo } = await kernel.log.readOf(manager, ['Happened'], 0, 2);
    expect(events.map(({ key }) => key)).toEqual(['A', 'B']);
    expect(upTo).toBe(events[1]!.position);
    expect(await keysAfter(upTo)).toEqual(['C']);
  });

  it('is read on behind a gap of positions in one read, however long the gap is', async () => {
    const { manager } = kernel.dataSource;
    await append(kernel, happened('NEAR'));
    const [first] = await kernel.log.read(manager, 0, 1);
    const far = first!.position + 25_000_000;
    await manager.query("select setval('event_log.event_position_seq', $1)", [far - 1]);
    await addPartition(manager);
    await append(kernel, happened('FAR'));
    const [keys, looks] = [[] as string[], [] as number[]];
    let position = first!.position - 1;
    while (position < far) {
      const { events, upTo, head } = await kernel.log.readOf(manager, ['Happened'], position, 10);
      expect(head).toBe(far);
      keys.push(...events.map(({ key }) => key));
      looks.push((position = upTo));
    }
    expect(keys).toEqual(['NEAR', 'FAR']);
    expect(looks).toHaveLength(2);
  });

  it('is read no further if it is empty or read to the end', async () => {
    const { manager } = kernel.dataSource;
    expect(await kernel.log.readOf(manager, ['Happened'], 0, 10)).toMatchObject({ events: [], upTo: 0 });
    expect(await kernel.log.readOf(manager, ['Happened'], 1_000_000, 10)).toMatchObject({
      events: [],
      upTo: 1_000_000,
    });
  });

  async function isSomebodyWaiting(): Promise<boolean> {
    const rows = await kernel.dataSource.query<unknown[]>(
      `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`,
    );
    return rows.length > 0;
  }
});
