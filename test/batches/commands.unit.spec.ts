import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { ChangeBatch, ChangeBatchHandler } from '../../src/batches/commands/change-batch.js';
import { RegisterBatch, RegisterBatchHandler } from '../../src/batches/commands/register-batch.js';
import { Batches } from '../../src/batches/domain/batches.js';
import { BatchConflict, UnknownBatch } from '../../src/batches/domain/errors.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { Busy, VersionMismatch } from '../../src/kernel/domain/errors.js';
import { Subscriptions } from '../../src/kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransactions } from '../support/in-memory.js';
import { due, NOW } from '../support/now.js';
import { PLAIN } from './batch.fixture.js';
import { BatchesInMemory } from './batches-in-memory.js';

const tables = { sku: 'SMALL-TABLE', quantity: 100, eta: '2027-01-01' };
const asRegistered = {
  ...PLAIN,
  reference: 'PO-1',
  ...tables,
  ...due(tables.eta),
  version: 1,
};

/** Subscriptions that catch up when the test says so. */
class Followers {
  /** How many events the log held of each SKU that was waited for, when the wait began. */
  readonly awaited: { sku: string; events: number; types?: readonly string[] | undefined }[] = [];
  answer = () => Promise.resolve();

  constructor(private readonly log: InMemoryLog) {}

  waitUntilCaughtUp(sku: string, types?: readonly string[]): Promise<void> {
    this.awaited.push({ sku, events: this.log.events.length, types });
    return this.answer();
  }
}

describe('The command', () => {
  let module: TestingModule;
  let log: InMemoryLog;
  let followers: Followers;

  beforeEach(async () => {
    log = new InMemoryLog();
    followers = new Followers(log);
    module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        RegisterBatchHandler,
        ChangeBatchHandler,
        { provide: Batches, useValue: new BatchesInMemory() },
        { provide: UnitOfWork, useValue: new UnitOfWork(new InMemoryTransactions(), log) },
        { provide: Subscriptions, useValue: followers },
        { provide: Calendar, useValue: new Calendar('UTC', () => NOW) },
      ],
    }).compile();
    await module.init();
  });

  afterEach(() => module.close());

  const register = (registration = tables) =>
    module.get(CommandBus).execute(new RegisterBatch('PO-1', registration));
  const change = (...[what, seen]: [ChangeBatch['change'], (readonly number[])?]) =>
    module.get(CommandBus).execute(new ChangeBatch('PO-1', what, seen));

  describe('RegisterBatch', () => {
    it('answers with the batch and says that it is new', async () => {
      expect(await register()).toEqual({ isNew: true, batch: asRegistered });
      expect(log.events).toMatchObject([{ type: 'BatchRegistered', key: 'SMALL-TABLE' }]);
    });

    it('answers a repeated registration with the batch as it now is', async () => {
      await register();
      await change({ quantity: 5 });
      expect(await register()).toEqual({
        isNew: false,
        batch: { ...asRegistered, quantity: 5, version: 2 },
      });
      expect(log.events).toHaveLength(2);
    });

    it('is rejected if something else was registered, and publishes nothing', async () => {
      await register();
      await expect(register({ ...tables, quantity: 99 })).rejects.toThrow(BatchConflict);
      expect(log.events).toHaveLength(1);
    });
  });

  describe('ChangeBatch', () => {
    it('answers with the batch as it now is', async () => {
      await register();
      expect(await change({ quantity: 5, eta: null })).toEqual({
        ...asRegistered,
        quantity: 5,
        ...due(null),
        version: 2,
      });
    });

    it('answers with the same version if nothing changes', async () => {
      await register();
      expect(await change({ quantity: 100 })).toEqual(asRegistered);
      expect(log.events).toHaveLength(1);
    });

    it('is rejected if nothing was registered', async () => {
      await expect(change({ quantity: 5 })).rejects.toThrow(UnknownBatch);
    });

    it('is rejected if another version is expected', async () => {
      await register();
      await expect(change({ quantity: 5 }, [2])).rejects.toThrow(VersionMismatch);
      expect(await change({ quantity: 5 }, [1])).toMatchObject({ version: 2 });
    });
  });

  describe('keeps rule 9: once it has answered, allocation sees the batch:', () => {
    it('a registration waits until its event is read by those who take no part in it, and a change until all is', async () => {
      await register();
      await change({ quantity: 5 });
      expect(followers.awaited).toEqual([
        { sku: 'SMALL-TABLE', events: 1, types: ['BatchRegistered'] },
        { sku: 'SMALL-TABLE', events: 2 },
      ]);
    });

    it('a repeated call waits until all is read, since the first call may have timed out', async () => {
      await register();
      await register();
      await change({ quantity: 100 });
      expect(followers.awaited.slice(1)).toEqual([
        { sku: 'SMALL-TABLE', events: 1 },
        { sku: 'SMALL-TABLE', events: 1 },
      ]);
    });

    it('a call that waits too long is answered with Busy, and its change is stored', async () => {
      followers.answer = () => Promise.reject(new Busy('Allocation has not seen it yet.'));
      await expect(register()).rejects.toThrow(Busy);
      followers.answer = () => Promise.resolve();
      expect(await register()).toEqual({ isNew: false, batch: asRegistered });
    });
  });
});
