import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sliceOf, type EventFilter } from '../../../src/kernel/event-log/event-filter.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { nodesOf, rowsRead, type Explained, type PlanNode } from '../../support/query-plan.js';
import { append } from '../../support/subscription.js';

/** Events that one statement looks at. */
const SLICE = 10_000;

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
beforeEach(() => kernel.dataSource.query('truncate event_log.event restart identity'));
afterAll(() => kernel.close());

const event = (type: string, key: string, subject?: string) => ({
  type,
  version: 1,
  key,
  data: {},
  ...(subject !== undefined && { subject }),
});

const read = (filter: EventFilter, after = 0, limit = 100) =>
  kernel.log.readMatching(kernel.dataSource.manager, filter, after, limit);

const positions = async (filter: EventFilter, after?: number, limit?: number) =>
  (await read(filter, after, limit)).events.map(({ position }) => position);

/** So many events at once. */
async function fill(count: number, key = 'OTHER', subject: string | null = null): Promise<void> {
  await kernel.dataSource.query(
    `insert into event_log.event (id, type, version, key, subject, correlation_id, data)
     select gen_random_uuid(), 'Filler', 1, $2, $3, 'test', '{}' from generate_series(1, $1)`,
    [count, key, subject],
  );
}

describe('The events that a filter lets pass', () => {
  beforeEach(() =>
    append(
      kernel,
      event('Begun', 'A', 'one'),
      event('Ended', 'A', 'one'),
      event('Begun', 'B', 'one'),
      event('Begun', 'A', 'two'),
      event('Noted', 'A'),
    ),
  );

  it.each<[EventFilter, readonly number[]]>([
    [{}, [1, 2, 3, 4, 5]],
    [{ types: ['Begun'] }, [1, 3, 4]],
    [{ types: ['Ended', 'Noted'] }, [2, 5]],
    [{ key: 'A' }, [1, 2, 4, 5]],
    [{ subject: 'one' }, [1, 2, 3]],
    [{ types: ['Begun'], key: 'A' }, [1, 4]],
    [{ types: ['Begun'], subject: 'one' }, [1, 3]],
    [{ key: 'A', subject: 'one' }, [1, 2]],
    [{ types: ['Begun', 'Noted'], key: 'A', subject: 'one' }, [1]],
    [{ types: ['Unheard'] }, []],
    [{ key: 'a' }, []],
    [{ subject: 'three' }, []],
  ])('of %j are those that meet every condition', async (filter, expected) => {
    expect(await positions(filter)).toEqual(expected);
    expect((await read(filter)).upTo).toBe(5);
  });

  it('are read in parts, each after a position', async () => {
    const first = await read({ key: 'A' }, 0, 2);
    expect([first.events.map(({ position }) => position), first.upTo, first.head]).toEqual([[1, 2], 2, 5]);
    expect(await positions({ key: 'A' }, first.upTo, 2)).toEqual([4, 5]);
    expect(await positions({ subject: 'one' }, 1, 1)).toEqual([2]);
    expect(await read({ key: 'A' }, 5)).toEqual({ events: [], upTo: 5, head: 5 });
  });

  it('do not show their subject, which only serves to find them', async () => {
    const { events } = await read({ subject: 'two' });
    expect(events).toHaveLength(1);
    expect(events[0]).not.toHaveProperty('subject');
    expect(events[0]).not.toHaveProperty('head');
  });

  it('come with the subject for those who look for it themselves', async () => {
    const { manager } = kernel.dataSource;
    const all = await kernel.log.readWithSubjects(manager, 0, 100);
    expect(all.map(({ subject }) => subject)).toEqual(['one', 'one', 'one', 'two', null]);
    expect(all.map(({ event }) => event)).toEqual(await kernel.log.read(manager, 0, 100));
  });
});

describe('A read of events that a filter lets pass', () => {
  it('looks at a bounded number of events, and says how far it went', async () => {
    await fill(SLICE + 5);
    await append(kernel, event('Rare', 'A'));

    expect(await read({ types: ['Rare'] })).toEqual({ events: [], upTo: SLICE, head: SLICE + 6 });
    expect(await read({ key: 'A' })).toMatchObject({ events: [], upTo: SLICE });
    expect(await positions({ key: 'A' }, SLICE)).toEqual([SLICE + 6]);
    expect(await read({ key: 'NONE' }, SLICE)).toMatchObject({ events: [], upTo: SLICE + 6 });
  });

  it('finds events about a subject at once, however many others lie before them', async () => {
    await fill(2 * SLICE);
    await append(kernel, event('Rare', 'A', 'one'));

    expect(await positions({ subject: 'one' })).toEqual([2 * SLICE + 1]);
    expect(await read({ subject: 'two' })).toMatchObject({ events: [], upTo: 2 * SLICE + 1 });
  });

  it('is bounded as well by the events about a subject', async () => {
    await fill(SLICE + 5, 'OTHER', 'one');
    await append(kernel, event('Rare', 'A', 'one'));

    expect(await read({ subject: 'one', types: ['Rare'] })).toMatchObject({ events: [], upTo: SLICE });
    expect(await positions({ subject: 'one', types: ['Rare'] }, SLICE)).toEqual([SLICE + 6]);
  });

  it('begins behind events that are gone, however many', async () => {
    await fill(3);
    await kernel.dataSource.query('alter table event_log.event alter position restart with 5000001');
    await append(kernel, event('Rare', 'A'));
    await kernel.dataSource.query('delete from event_log.event where position <= 3');

    expect(await positions({ key: 'A' })).toEqual([5_000_001]);
  });

  it('does not go beyond positions that are reserved', async () => {
    await append(kernel, event('Rare', 'A'), event('Rare', 'A'), event('Rare', 'A'));
    await kernel.dataSource.query(
      `insert into event_log.reserved (first, last, writer) values (2, 2, pg_current_xact_id())`,
    );

    expect(await read({ key: 'A' })).toMatchObject({ events: [{ position: 1 }], upTo: 1, head: 1 });
    expect(await kernel.log.readWithSubjects(kernel.dataSource.manager, 0, 10)).toHaveLength(1);
    await kernel.dataSource.query('delete from event_log.reserved');
  });
});

describe('The plan of a filtered read', () => {
  const explain = async (filter: EventFilter, after: number) => {
    const { sql, values } = sliceOf(filter, after, 101, 'position, id, type, key, data');
    return nodesOf(
      await kernel.dataSource.query<Explained>(`explain (analyze, format json) ${sql}`, [...values]),
    );
  };
  const indexesIn = (nodes: readonly PlanNode[]) => nodes.flatMap((node) => node['Index Name'] ?? []);
  /** `pruned` has one row. */
  const relationsReadWhole = (nodes: readonly PlanNode[]) => [
    ...new Set(
      nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? []) : [])),
    ),
  ];

  beforeEach(async () => {
    // Truncating keeps what was found out about the events of other tests, if they were analysed.
    await kernel.dataSource.query(
      `delete from pg_statistic where starelid in (select relid from pg_partition_tree('event_log.event'))`,
    );
    await fill(5 * SLICE, 'OTHER', 'one');
  });

  it.each<[EventFilter]>([[{ types: ['Rare'] }], [{ key: 'NONE' }], [{ types: ['Rare'], key: 'NONE' }]])(
    'of %j goes through one slice by its positions if nothing matches, also in a log that was never analysed',
    async (filter) => {
      for (const after of [0, 2 * SLICE]) {
        const nodes = await explain(filter, after);
        expect(indexesIn(nodes)).toContain('event_1_pkey');
        expect(relationsReadWhole(nodes)).toEqual(['pruned']);
        // A bitmap counts twice: what it finds, and what it fetches.
        expect(rowsRead(nodes)).toBeLessThan(2.01 * SLICE);
      }
    },
  );

  it('stops at the last event of the page', async () => {
    await kernel.dataSource.query('analyze event_log.event');
    expect(rowsRead(await explain({ key: 'OTHER' }, SLICE))).toBeLessThan(500);
  });

  it('of a subject goes by the index on subjects, and reads no other event', async () => {
    const nodes = await explain({ subject: 'two', types: ['Rare'] }, 0);
    expect(indexesIn(nodes)).toContain('event_1_subject_position_idx');
    expect(relationsReadWhole(nodes)).toEqual(['pruned']);
    expect(rowsRead(nodes)).toBeLessThan(20);
  });

  it('of a subject with more events than a slice has looks at one slice', async () => {
    await kernel.dataSource.query('analyze event_log.event');
    // Once for its end, and once for its events.
    expect(rowsRead(await explain({ subject: 'one', types: ['Rare'] }, 0))).toBeLessThan(2.01 * SLICE);
  });
});
