import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readAudit } from '../../../../src/kernel/audit/audit.js';
import type { Transaction } from '../../../../src/kernel/domain/store.js';
import { LogPruned } from '../../../../src/kernel/event-log/pruned.js';
import { managerOf } from '../../../../src/kernel/postgres/typeorm-transactions.js';
import { discardEvent } from '../../../../src/kernel/subscriptions/operator-commands.js';
import { ProjectionReader } from '../../../../src/kernel/subscriptions/readers/projection-reader.js';
import { rebuild } from '../../../../src/kernel/subscriptions/rebuild.js';
import type { EventRelation, Projection } from '../../../../src/kernel/subscriptions/readers/subscription.js';
import { freshDatabase, type TestDatabase } from '../../../support/database.js';
import { eventually } from '../../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../../support/kernel.js';
import { signal } from '../../../support/signal.js';
import { append, happened, HEARS, Subscribed } from '../../../support/subscription.js';

/** How often each key has happened. */
class Counted implements Projection {
  readonly table = 'probe.counted';
  /** Keys at which it fails. */
  readonly broken = new Set<string>();

  async project(tx: Transaction, events: EventRelation, into: string): Promise<void> {
    await managerOf(tx).query(
      `insert into ${into} as counted (key, times)
       select key, sum(1 / (case when key = any($${events.values.length + 1}) then 0 else 1 end))
         from (${events.sql}) as event group by key
       on conflict (key) do update set times = counted.times + excluded.times`,
      [...events.values, [...this.broken]],
    );
  }
}

describe('a read model', () => {
  let database: TestDatabase;
  let kernel: Kernel;
  let other: Kernel;
  let counted: Counted;
  let subscribed: Subscribed;
  let reader: ProjectionReader;
  let tests = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    kernel = await openKernel(database.url);
    other = await openKernel(database.url);
  });
  afterAll(async () => {
    await kernel.close();
    await other.close();
    await database.drop();
  });
  beforeEach(async () => {
    await kernel.dataSource.query('truncate event_log.event, event_log.discarded restart identity');
    await kernel.dataSource.query('update event_log.pruned set up_to = 0');
    subscribed = await Subscribed.begin(`test.counted-${++tests}`, kernel);
    await kernel.dataSource.query('drop table if exists probe.counted');
    await kernel.dataSource.query('create table probe.counted (key text primary key, times bigint not null)');
    counted = new Counted();
    reader = new ProjectionReader(options(), counted, kernel.unitOfWork, kernel.log);
  });

  const options = () => ({ name: subscribed.name, events: HEARS });
  const build = () => rebuild(kernel.dataSource, kernel.log, options(), counted);
  const happens = (...keys: string[]) => append(kernel, ...keys.map((key) => happened(key)));
  const holds = async () => {
    const rows = await other.dataSource.query<{ key: string; times: number }[]>(
      'select * from probe.counted',
    );
    return Object.fromEntries(rows.map(({ key, times }) => [key, times]));
  };
  const damage = () => other.dataSource.query("insert into probe.counted values ('GHOST', 7), ('LAMP', 99)");

  it('reports after a step that there may be more, and handles nothing twice if there is not', async () => {
    await happens('LAMP');
    expect(await reader.step()).toBe(true);
    await reader.step();
    expect(await holds()).toEqual({ LAMP: 1 });
  });

  it('holds what the log says', async () => {
    await happens('LAMP', 'RUG', 'LAMP');
    await subscribed.readToEnd(reader);
    expect(await holds()).toEqual({ LAMP: 2, RUG: 1 });
  });

  it('goes on with the rest if an event fails, and has that event once the cause is gone', async () => {
    counted.broken.add('LAMP');
    await happens('RUG', 'LAMP', 'RUG', 'LAMP', 'CHAIR');
    await subscribed.readToEnd(reader);
    expect(await holds()).toEqual({ RUG: 2, CHAIR: 1 });
    expect(await subscribed.setAside()).toEqual([
      [2, 'parked'],
      [4, 'behind'],
    ]);
    counted.broken.clear();
    await subscribed.unpark();
    await happens('LAMP');
    await subscribed.readToEnd(reader);
    expect(await holds()).toEqual({ RUG: 2, CHAIR: 1, LAMP: 3 });
    expect(await subscribed.setAside()).toEqual([]);
  });

  it('leaves the pause to its runner if its checkpoint cannot be read', async () => {
    const unknown = { name: 'test.unknown', events: HEARS };
    const lost = new ProjectionReader(unknown, counted, kernel.unitOfWork, kernel.log);
    await expect(lost.step()).rejects.toThrow(TypeError);
  });

  it('is rebuilt from the log, and continues from there', async () => {
    await happens('LAMP', 'RUG', 'LAMP');
    await damage();
    expect(await build()).toBe(3);
    const audited = await readAudit(kernel.dataSource, 0, 1_000);
    expect(audited.filter(({ subject }) => subject === subscribed.name)).toMatchObject([
      { type: 'read-model-rebuilt', actorKind: 'operator', details: { position: 3 } },
    ]);
    expect(await holds()).toEqual({ LAMP: 2, RUG: 1 });
    await happens('RUG');
    await subscribed.readToEnd(reader);
    expect(await holds()).toEqual({ LAMP: 2, RUG: 2 });
  });

  it('can be rebuilt any number of times, and reports its progress', async () => {
    await happens('LAMP', 'RUG', 'LAMP');
    const told: object[] = [];
    const note = (progress: object) => told.push(progress);
    // More often than there are connections.
    for (let time = 0; time < 25; time++)
      await rebuild(kernel.dataSource, kernel.log, options(), counted, { report: note });
    expect(await holds()).toEqual({ LAMP: 2, RUG: 1 });
    expect(told.at(-1)).toEqual({ position: 3, head: 3 });
  });

  it('can be rebuilt from an empty log', async () => {
    await damage();
    expect(await build()).toBe(0);
    expect(await holds()).toEqual({});
  });

  it('misses nothing and counts nothing twice, though events are appended and read during the rebuild', async () => {
    await happens(...Array.from({ length: 12_000 }, (_, n) => `KEY-${n % 7}`));
    await subscribed.readToEnd(reader);
    await damage();
    let isBuilding = true;
    const follow = async () => {
      while (isBuilding) {
        await append(other, happened('LATE'), happened('KEY-0'));
        await subscribed.readToEnd(reader);
      }
    };
    const following = follow();
    await build();
    isBuilding = false;
    await following;
    await subscribed.readToEnd(reader);
    const expected = await other.dataSource.query<{ key: string; times: number }[]>(
      'select key, count(*) as times from event_log.event group by key',
    );
    expect(await holds()).toEqual(Object.fromEntries(expected.map(({ key, times }) => [key, times])));
  });

  it('waits with its rebuild for a reader in the middle of a slice', async () => {
    await happens('LAMP');
    await subscribed.readToEnd(reader);
    const [isWriting, goOn] = [signal(), signal()];
    const slow = {
      table: counted.table,
      project: async (...stretch: Parameters<Projection['project']>) => {
        await counted.project(...stretch);
        isWriting.give();
        await goOn.given;
      },
    };
    await happens('RUG');
    const step = new ProjectionReader(options(), slow, other.unitOfWork, other.log).step();
    await isWriting.given;
    const built = build();
    await eventually('the rebuild waits', async () => {
      const waiting = await kernel.dataSource.query<unknown[]>(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return waiting.length > 0;
    });
    goOn.give();
    await Promise.all([step, built]);
    await subscribed.readToEnd(reader);
    expect(await holds()).toEqual({ LAMP: 1, RUG: 1 });
  });

  it('is never seen empty or half done', async () => {
    await happens(...Array.from({ length: 12_000 }, (_, n) => `KEY-${n % 500}`));
    await subscribed.readToEnd(reader);
    const before = await holds();
    const seen: object[] = [];
    let isBuilding = true;
    const watch = async () => {
      while (isBuilding) seen.push(await holds());
    };
    const watching = watch();
    const early = other.dataSource.createQueryRunner();
    await early.startTransaction('REPEATABLE READ');
    await early.query('select');
    await build();
    isBuilding = false;
    await watching;
    // One who has begun before and looks at it only now.
    expect(await early.query('select from probe.counted')).toHaveLength(500);
    await early.commitTransaction();
    await early.release();
    expect(seen.length).toBeGreaterThan(5);
    for (const each of seen) expect(each).toEqual(before);
  });

  it('stays as it was if its rebuild fails', async () => {
    await happens(...Array.from({ length: 6_000 }, () => 'LAMP'), 'RUG');
    await damage();
    counted.broken.add('RUG');
    await expect(build()).rejects.toThrow('division by zero');
    expect(await holds()).toEqual({ GHOST: 7, LAMP: 99 });
    counted.broken.clear();
    await build();
    expect(await holds()).toEqual({ LAMP: 6_000, RUG: 1 });
  });

  it('has the failed events after a rebuild, but not the discarded ones', async () => {
    counted.broken.add('LAMP');
    await happens('LAMP', 'RUG', 'LAMP');
    await subscribed.readToEnd(reader);
    await discardEvent(kernel.dataSource, subscribed.name, 1, 'a mistake');
    counted.broken.clear();
    await build();
    expect(await holds()).toEqual({ LAMP: 1, RUG: 1 });
    expect(await subscribed.setAside()).toEqual([]);
  });

  it('is not rebuilt from a pruned log', async () => {
    await happens('LAMP', 'RUG');
    await subscribed.readToEnd(reader);
    await kernel.dataSource.query('delete from event_log.event where position = 1');
    await kernel.dataSource.query('update event_log.pruned set up_to = 1');
    await expect(build()).rejects.toThrow(LogPruned);
    expect(await holds()).toEqual({ LAMP: 1, RUG: 1 });
  });

  it('is not rebuilt from a log that is pruned meanwhile', async () => {
    await happens('LAMP', 'RUG');
    const project = counted.project.bind(counted);
    counted.project = async (...stretch) => {
      await other.dataSource.query('update event_log.pruned set up_to = 1');
      await project(...stretch);
    };
    await expect(build()).rejects.toThrow(LogPruned);
    expect(await holds()).toEqual({});
  });
});
