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
import { BatchesInMemory } from './batches-in-memory.js';

const tables = { sku: 'SMALL-TABLE', quantity: 100, eta: '2027-01-01' };
const asRegistered = { reference: 'PO-1', ...tables, ...due(tables.eta), version: 1 };

/** Answers once it is told to, like a subscription that has events to catch up with. */
class Followers {
  /** How many events the log held of each SKU that was waited for, when the wait began. */
  readonly awaited: { sku: string; events: number }[] = [];
  answer = () => Promise.resolve();

  constructor(private readonly log: InMemoryLog) {}

  waitUntilCaughtUp(sku: string): Promise<void> {
    this.awaited.push({ sku, events: this.log.events.length });
    return this.answer();
  }
}

describe('the commands of batches', () => {
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

    it('answers a repetition with the batch as it now is', async () => {
      await register();
      await change({ quantity: 5 });
      expect(await register()).toEqual({
        isNew: false,
        batch: { ...asRegistered, quantity: 5, version: 2 },
      });
      expect(log.events).toHaveLength(2);
    });

    it('is refused where something else was registered, and nothing is told', async () => {
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

    it('answers with the same version where nothing was to be changed', async () => {
      await register();
      expect(await change({ quantity: 100 })).toEqual(asRegistered);
      expect(log.events).toHaveLength(1);
    });

    it('is refused where nothing was registered', async () => {
      await expect(change({ quantity: 5 })).rejects.toThrow(UnknownBatch);
    });

    it('is refused for a caller who has seen another version', async () => {
      await register();
      await expect(change({ quantity: 5 }, [2])).rejects.toThrow(VersionMismatch);
      expect(await change({ quantity: 5 }, [1])).toMatchObject({ version: 2 });
    });
  });

  describe('Rule 9: an answer means that allocation sees the batch as it now is', () => {
    it('so each waits, once its own event is in the log', async () => {
      await register();
      await change({ quantity: 5 });
      expect(followers.awaited).toEqual([
        { sku: 'SMALL-TABLE', events: 1 },
        { sku: 'SMALL-TABLE', events: 2 },
      ]);
    });

    it('so a repetition waits, too: the first call may have given up waiting', async () => {
      await register();
      await register();
      await change({ quantity: 100 });
      expect(followers.awaited).toHaveLength(3);
    });

    it('so a call that cannot wait any longer is told that we are busy; its change stands', async () => {
      followers.answer = () => Promise.reject(new Busy('Allocation has not seen it yet.'));
      await expect(register()).rejects.toThrow(Busy);
      followers.answer = () => Promise.resolve();
      expect(await register()).toEqual({ isNew: false, batch: asRegistered });
    });
  });
});
