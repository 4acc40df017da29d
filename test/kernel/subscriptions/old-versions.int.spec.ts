import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { DomainEvent, StoredEvent } from '../../../src/kernel/domain/events.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { UnknownEventVersion, Upcasters, type Upcaster } from '../../../src/kernel/event-log/upcasters.js';
import { dataSourceOptions } from '../../../src/kernel/postgres/data-source.js';
import { managerOf, TypeOrmTransactions } from '../../../src/kernel/postgres/typeorm-transactions.js';
import { DeliveryReader } from '../../../src/kernel/subscriptions/readers/delivery-reader.js';
import { discardEvent } from '../../../src/kernel/subscriptions/operator-commands.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { ProjectionReader } from '../../../src/kernel/subscriptions/readers/projection-reader.js';
import type {
  EventRelation,
  Projection,
  Reader,
} from '../../../src/kernel/subscriptions/readers/subscription.js';
import { rebuild } from '../../../src/kernel/subscriptions/rebuild.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import type { Kernel } from '../../support/kernel.js';
import { append, HEARS, Subscribed } from '../../support/subscription.js';

/** Version 1 counted in dozens; version 2 counts pieces. */
const inPieces: Upcaster<{ dozens: number }, { pieces: number }> = {
  type: 'Happened',
  from: 1,
  up: ({ dozens }) => ({ pieces: dozens * 12 }),
};

/** A sum that knows pieces and nothing of dozens. */
class Pieces implements Projection {
  readonly table = 'probe.pieces';

  async project(tx: Transaction, { sql, values }: EventRelation, into: string): Promise<void> {
    await managerOf(tx).query(
      `insert into ${into} as total (key, pieces)
       select key, sum((data->>'pieces')::bigint) from (${sql}) as event group by key
       on conflict (key) do update set pieces = total.pieces + excluded.pieces`,
      [...values],
    );
  }
}

describe('events of several versions in one log', () => {
  let database: TestDatabase;
  let kernel: Kernel;
  let subscribed: Subscribed;
  let tests = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    const upcasters = new Upcasters();
    upcasters.declare(inPieces);
    const log = new EventLog(upcasters);
    const unitOfWork = new UnitOfWork(new TypeOrmTransactions(dataSource), log);
    kernel = { dataSource, log, unitOfWork, close: () => dataSource.destroy() };
  });
  afterAll(async () => {
    await kernel.close();
    await database.drop();
  });
  beforeEach(async () => {
    subscribed = await Subscribed.begin(`test.versions-${++tests}`, kernel);
    await kernel.dataSource.query('truncate event_log.event, event_log.discarded restart identity');
    await kernel.dataSource.query('drop table if exists probe.pieces');
    await kernel.dataSource.query('create table probe.pieces (key text primary key, pieces bigint not null)');
    await append(kernel, dozens('EGG', 2), pieces('EGG', 5), dozens('BUN', 1));
  });

  const event = (version: number, key: string, data: object): DomainEvent => ({
    type: 'Happened',
    version,
    key,
    data,
  });
  const dozens = (key: string, count: number) => event(1, key, { dozens: count });
  const pieces = (key: string, count: number) => event(2, key, { pieces: count });
  const fromTheFuture = (key: string) => event(3, key, { grams: 700 });

  const options = () => ({ name: subscribed.name, events: HEARS });
  const readModelReader = () => new ProjectionReader(options(), new Pieces(), kernel.unitOfWork, kernel.log);
  const build = () => rebuild(kernel.dataSource, kernel.log, options(), new Pieces());
  const sums = async () => {
    const rows = await kernel.dataSource.query<{ key: string; pieces: number }[]>('table probe.pieces');
    return Object.fromEntries(rows.map(({ key, pieces }) => [key, pieces]));
  };
  const errors = async () => {
    const rows = await kernel.dataSource.query<{ error: string }[]>(
      'select error from event_log.set_aside where subscription = $1 and error is not null order by position',
      [subscribed.name],
    );
    return rows.map(({ error }) => error);
  };

  /** A reader that collects what it hears. */
  const KINDS = {
    'a reaction': (heard: StoredEvent[]): Reader =>
      new ReactionReader(
        options(),
        { react: (event) => Promise.resolve(void heard.push(event)) },
        kernel.unitOfWork,
        kernel.log,
      ),
    'a delivery': (heard: StoredEvent[]): Reader =>
      new DeliveryReader(
        options(),
        { deliver: (event) => Promise.resolve(void heard.push(event)) },
        kernel.dataSource,
        kernel.log,
      ),
    'a delivery of many at once': (heard: StoredEvent[]): Reader =>
      new DeliveryReader(
        options(),
        {
          deliver: (event) => Promise.resolve(void heard.push(event)),
          deliverBatch: (events) => Promise.resolve(void heard.push(...events)),
        },
        kernel.dataSource,
        kernel.log,
      ),
  };

  describe.each(Object.entries(KINDS))('reach %s', (_kind, readerOf) => {
    it('in the current version only', async () => {
      const heard: StoredEvent[] = [];
      const reader = readerOf(heard);

      await subscribed.readToEnd(reader);
      await reader.close();

      expect(heard.map(({ key, version, data }) => [key, version, data])).toEqual([
        ['EGG', 2, { pieces: 24 }],
        ['EGG', 2, { pieces: 5 }],
        ['BUN', 2, { pieces: 12 }],
      ]);
    });

    it('except one that a newer release has stored, which is parked with a clear message while the rest goes on', async () => {
      await append(kernel, fromTheFuture('EGG'), pieces('EGG', 1), pieces('BUN', 1));
      const heard: StoredEvent[] = [];
      const reader = readerOf(heard);

      await subscribed.readToEnd(reader);
      await reader.close();

      expect(new Set(heard.map(({ version }) => version))).toEqual(new Set([2]));
      expect(heard.at(-1)).toMatchObject({ key: 'BUN', data: { pieces: 1 } });
      expect((await subscribed.setAside()).map(([, state]) => state)).toEqual(['parked', 'behind']);
      expect(await errors()).toEqual([
        expect.stringMatching(/^UnknownEventVersion: Event 4 is a Happened of version 3.*newer release/),
      ]);
    });
  });

  describe('make a read model', () => {
    it('that sums up old and new versions', async () => {
      await subscribed.readToEnd(readModelReader());
      expect(await sums()).toEqual({ EGG: 29, BUN: 12 });
    });

    it('that is the same when it is rebuilt', async () => {
      await build();
      expect(await sums()).toEqual({ EGG: 29, BUN: 12 });
    });

    it('without the event of a newer release, which waits with the later ones of its key', async () => {
      await append(kernel, fromTheFuture('EGG'), dozens('EGG', 1), fromTheFuture('EGG'), pieces('BUN', 1));

      await subscribed.readToEnd(readModelReader());

      expect(await sums()).toEqual({ EGG: 29, BUN: 13 });
      expect((await subscribed.setAside()).map(([, state]) => state)).toEqual(['parked', 'behind', 'behind']);
      expect(await errors()).toEqual([expect.stringContaining('a newer release has stored it')]);
    });

    it('that is not rebuilt over an event it cannot read, unless an operator has discarded it', async () => {
      await append(kernel, fromTheFuture('EGG'));
      await subscribed.readToEnd(readModelReader());

      await expect(build()).rejects.toThrow(UnknownEventVersion);
      expect(await sums()).toEqual({ EGG: 29, BUN: 12 });

      await discardEvent(kernel.dataSource, subscribed.name, 4, 'a trial release');
      await build();
      expect(await sums()).toEqual({ EGG: 29, BUN: 12 });
    });

    it('that has an old event as soon as the event before it of its key is released', async () => {
      await append(kernel, fromTheFuture('EGG'), dozens('EGG', 1), dozens('EGG', 1));
      await subscribed.readToEnd(readModelReader());

      await discardEvent(kernel.dataSource, subscribed.name, 4, 'a trial release');
      await subscribed.readToEnd(readModelReader());

      expect(await sums()).toEqual({ EGG: 53, BUN: 12 });
      expect(await subscribed.setAside()).toEqual([]);
    });
  });

  it('are shown outside in the current version, and newer ones as they were stored', async () => {
    await append(kernel, fromTheFuture('EGG'));

    const shown = await kernel.log.read(kernel.dataSource.manager, 0, 10);

    expect(shown.map(({ version, data }) => [version, data])).toEqual([
      [2, { pieces: 24 }],
      [2, { pieces: 5 }],
      [2, { pieces: 12 }],
      [3, { grams: 700 }],
    ]);
  });
});
