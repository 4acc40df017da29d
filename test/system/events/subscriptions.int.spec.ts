import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AppModule } from '../../../src/app.module.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { NotAProjection, UnknownSubscription } from '../../../src/kernel/subscriptions/parking/errors.js';
import { Subscriptions } from '../../../src/kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Application } from '../../support/application.js';

const AWAITED = 'allocation.stock';
const READ_MODEL = 'allocation.product-totals';

let app: Application;
let subscriptions: Subscriptions;

beforeAll(async () => {
  app = await Application.start((settings, url) => AppModule.forRoot(settings, url, 'cli'));
  subscriptions = app.get(Subscriptions);
});
afterAll(() => app.close());

/** An event of the awaited subscription that it cannot handle. */
const happens = (key: string) =>
  app.sql(
    `insert into event_log.event (id, type, version, key, correlation_id, data)
     values (gen_random_uuid(), 'BatchRegistered', 1, $1, 'test', '{}')`,
    [key],
  );

describe('The command line', () => {
  it('reads only for subscriptions that its commands wait for', async () => {
    expect(await app.sql('select name from event_log.subscription order by name')).toEqual([
      { name: AWAITED },
      { name: 'batches.receipts' },
    ]);
  });

  it('rebuilds a read model, and nothing else', async () => {
    const nothing = () => undefined;
    expect(await subscriptions.rebuild(READ_MODEL, nothing)).toBe(0);
    await expect(subscriptions.rebuild(AWAITED, nothing)).rejects.toThrow(NotAProjection);
    await expect(subscriptions.rebuild('nobody', nothing)).rejects.toThrow(UnknownSubscription);
  });
});

describe('A caller who waits until subscriptions have caught up', () => {
  it('gets the keys of parked events', async () => {
    await happens('LAMP');
    await subscriptions.waitUntilAllCaughtUp(['LAMP']);

    expect(await subscriptions.waitUntilAllCaughtUp(['LAMP', 'DESK'])).toEqual(new Set(['LAMP']));
    await expect(subscriptions.waitUntilCaughtUp('LAMP')).rejects.toThrow(Busy);
    await subscriptions.waitUntilCaughtUp('DESK');
  });

  it('does not wait inside a transaction, which holds locks that readers need', async () => {
    await app.get(UnitOfWork).inTransaction(() => subscriptions.waitUntilCaughtUp('LAMP'));
  });

  it('gets Busy if they do not catch up in time', async () => {
    // As another instance has it that is reading at the moment.
    const holder = app.get(DataSource).createQueryRunner();
    await holder.startTransaction();
    await holder.query('select from event_log.subscription where name = $1 for update', [AWAITED]);
    await happens('RUG');
    await expect(subscriptions.waitUntilAllCaughtUp(['RUG'], 100)).rejects.toThrow(
      /The change is stored, but not processed yet/,
    );
    await holder.rollbackTransaction();
    await holder.release();

    expect(await subscriptions.waitUntilAllCaughtUp(['RUG'])).toEqual(new Set(['RUG']));
  });
});
