import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { ConcurrentChange, type Transaction, Transactions } from '../../../src/kernel/domain/store.js';
import type { Steps } from '../../../src/kernel/domain/steps.js';
import { runCausedBy } from '../../../src/kernel/cause/causation.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransaction, InMemoryTransactions } from '../../support/in-memory.js';
import { Counters, TooHigh, type Counter } from '../../support/counters.js';

/** Calls that may wait in a lane. */
const LANE_CAPACITY = 5_000;
const GROUP_SIZE = 256;

let counters: Counters;
let transactions: InMemoryTransactions;
let log: InMemoryLog;
let unitOfWork: UnitOfWork;

beforeEach(() => {
  counters = new Counters();
  transactions = new InMemoryTransactions();
  log = new InMemoryLog();
  unitOfWork = new UnitOfWork(transactions, log);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const change = <R>(name: string, work: (counter: Counter) => R) =>
  unitOfWork.change(counters, { name }, work);
const add = (name: string, units = 1) => change(name, (counter) => counter.add(units));
const told = () => log.events.map(({ key, data }) => [key, (data as { count: number }).count]);

describe('a change', () => {
  it('is answered with what the work returns, once that is committed', async () => {
    expect(await add('a', 5)).toBe(5);
    expect(counters.stored('a')).toEqual({ version: 1, count: 5 });
    expect([transactions.committed, told()]).toEqual([1, [['a', 5]]]);
  });

  it('is announced after its commit, by the types of its events', async () => {
    const announced: unknown[] = [];
    jest
      .spyOn(log, 'announce')
      .mockImplementation((types) =>
        announced.push({ types: [...types], committed: transactions.committed }),
      );
    await add('a');
    expect(announced).toEqual([{ types: ['Counted'], committed: 1 }]);
  });

  it('that changes nothing is neither saved nor announced', async () => {
    const append = jest.spyOn(log, 'append');
    expect(await change('a', ({ count }) => count)).toBe(0);
    expect([counters.saves, log.events, log.announced]).toEqual([[], [], []]);
    // It would cost the log's lock.
    expect(append).not.toHaveBeenCalled();
  });

  it('fails if the store does not load its aggregate', async () => {
    counters.load = () => Promise.resolve(new Map<string, Counter>());
    await expect(add('a')).rejects.toThrow('The store did not load a.');
    expect(transactions.committed).toBe(0);
  });

  it('that only records an event leaves the version alone', async () => {
    await change('a', (counter) => counter.tell());
    expect(counters.stored('a').version).toBe(0);
    expect(log.events).toMatchObject([{ type: 'Told' }]);
  });
});

describe('group commit', () => {
  it('puts calls of one turn of the event loop into one transaction: one load, one save', async () => {
    await Promise.all([add('a', 1), add('b', 2), add('a', 3)]);
    expect(transactions.committed).toBe(1);
    expect(counters.loads).toEqual([['a', 'b', 'a']]);
    expect(counters.saves).toEqual([['a', 'b']]);
    expect(counters.stored('a')).toEqual({ version: 1, count: 4 });
  });

  it('puts the calls that come during a transaction together into the next', async () => {
    const saving = aGate();
    counters.beforeSave = () => saving.passed;
    const first = add('a', 1);
    await untilLoading();
    const others = [add('a', 2), add('b', 3), add('a', 4)];
    saving.open();
    expect(await Promise.all([first, ...others])).toEqual([1, 3, 3, 7]);
    expect(counters.loads).toEqual([['a'], ['a', 'b', 'a']]);
    expect(counters.stored('a')).toEqual({ version: 2, count: 7 });
  });

  it('puts 256 calls at most into a transaction', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, i) => add(`counter-${i}`)));
    expect(counters.loads.map(({ length }) => length)).toEqual([256, 44]);
  });

  it('runs the works in the order of the calls', async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => change('a', () => order.push(n))));
    expect(order).toEqual([1, 2, 3]);
  });

  it('fails only the work that a rule refuses', async () => {
    const results = await Promise.allSettled([add('a', 1), change('a', refuse), add('a', 2)]);
    expect(results).toMatchObject([{ value: 1 }, { reason: expect.any(TooHigh) }, { value: 3 }]);
    expect([transactions.committed, transactions.rolledBack]).toEqual([1, 0]);
  });

  it('fails only the work that throws an unexpected error, and writes nothing of it', async () => {
    const poison = change('a', (counter) => {
      counter.add(100);
      throw new TypeError('undefined is not a counter');
    });
    const results = await Promise.allSettled([add('a', 1), poison, add('b', 2)]);
    expect(results).toMatchObject([{ value: 1 }, { reason: expect.any(TypeError) }, { value: 2 }]);
    expect(told()).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('fails only the work that a rule refuses half-way, and writes nothing of it', async () => {
    const halfDone = change('a', (counter) => {
      counter.add(100);
      refuse();
    });
    const results = await Promise.allSettled([add('a', 1), halfDone, add('a', 2)]);
    expect(results).toMatchObject([{ value: 1 }, { reason: expect.any(TooHigh) }, { value: 3 }]);
    expect(told()).toEqual([
      ['a', 1],
      ['a', 3],
    ]);
  });

  it('fails only the work that is refused after it recorded an event', async () => {
    const halfTold = change('a', (counter) => {
      counter.tell();
      refuse();
    });
    await Promise.allSettled([add('a', 1), halfTold]);
    expect(told()).toEqual([['a', 1]]);
  });

  it('fails only the work whose outcome cannot be saved', async () => {
    counters.beforeSave = (changed) =>
      changed.some(({ count }) => count < 0)
        ? Promise.reject(new RangeError('never_below_zero'))
        : Promise.resolve();
    const results = await Promise.allSettled([add('a', 1), add('b', -1), add('c', 2)]);
    expect(results).toMatchObject([{ value: 1 }, { reason: expect.any(RangeError) }, { value: 2 }]);
  });

  it('does not let a store that is stuck hold up another', async () => {
    const loading = aGate();
    counters.beforeLoad = () => loading.passed;
    const [stores, others] = [new UnitOfWork(new SideBySide(), log), new Counters()];
    const stuck = stores.change(counters, { name: 'a' }, (counter) => counter.add(1));
    expect(await stores.change(others, { name: 'a' }, (counter) => counter.add(2))).toBe(2);
    loading.open();
    expect(await stuck).toBe(1);
  });

  it('answers every call that was accepted before it shuts down', async () => {
    const saving = aGate();
    counters.beforeSave = () => saving.passed;
    const calls = Promise.all([add('a', 1), add('a', 2)]);
    const shutdown = unitOfWork.flush();
    saving.open();
    await shutdown;
    expect(counters.stored('a').count).toBe(3);
    expect(await calls).toEqual([1, 3]);
  });
});

describe('contention', () => {
  it('makes all works run again on what is there now', async () => {
    counters.beforeSave = () => {
      if (counters.saves.length === 1) counters.write('a', 100);
      return Promise.resolve();
    };
    expect(await Promise.all([add('a', 1), add('a', 2), add('b', 5)])).toEqual([101, 103, 5]);
    expect(counters.loads).toHaveLength(2);
    expect(counters.stored('a')).toEqual({ version: 2, count: 103 });
    expect(told()).toEqual([
      ['a', 101],
      ['a', 103],
      ['b', 5],
    ]);
  });

  it.each(['40001', '40P01', '55P03', 'ECONNRESET', '57P01'])('is also what %s stands for', async (code) => {
    counters.beforeSave = () =>
      counters.saves.length === 1 ? Promise.reject(Object.assign(new Error(), { code })) : Promise.resolve();
    expect(await add('a')).toBe(1);
  });

  it('that does not end refuses all with Busy, and nothing has changed', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    counters.beforeSave = () => {
      now += 2_000;
      return Promise.reject(new ConcurrentChange(['a']));
    };
    const results = await Promise.allSettled([add('a'), add('b')]);
    expect(results).toMatchObject([{ reason: expect.any(Busy) }, { reason: expect.any(Busy) }]);
    expect(counters.saves).toHaveLength(3);
    expect([transactions.committed, log.events]).toEqual([0, []]);
  });

  it('leads to no transaction if every call has waited for too long', async () => {
    const { clock, loading, underWay, early } = await oneWaitingBehindAnother();
    clock.now = 5_001;
    loading.open();
    await expect(early).rejects.toThrow(Busy);
    await underWay;
    expect([transactions.committed, transactions.rolledBack]).toEqual([1, 0]);
  });

  it('refuses the calls that have waited for longer than five seconds, and serves the others', async () => {
    const { clock, loading, underWay, early } = await oneWaitingBehindAnother();
    clock.now = 2_999;
    const late = add('a', 4);
    clock.now = 5_001;
    loading.open();
    await expect(early).rejects.toThrow(Busy);
    expect(await Promise.all([underWay, late])).toEqual([1, 5]);

    const again = aGate();
    counters.beforeLoad = () => again.passed;
    const next = add('a', 8);
    await untilLoading(3);
    const justInTime = add('a', 16);
    clock.now += 5_000;
    again.open();
    expect(await Promise.all([next, justInTime])).toEqual([13, 29]);
  });

  it('refuses a call with Busy at once that would wait for longer than three seconds', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    counters.beforeSave = () => {
      now += 1_000;
      return Promise.resolve();
    };
    const first = await Promise.allSettled(Array.from({ length: 512 }, () => add('a')));
    expect(first.every(({ status }) => status === 'fulfilled')).toBe(true);
    await unitOfWork.flush();

    const calls = Array.from({ length: 2_000 }, () => add('a'));
    const refused = (await Promise.allSettled(calls)).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    // A full group begins at once. Three are let wait behind it, and the call that makes it more than that.
    expect(refused).toHaveLength(2_000 - 4 * 256 - 1);
    expect(new Set(refused.map(({ constructor }) => constructor))).toEqual(new Set([Busy]));
  });

  it('refuses a call with Busy at once if the lane is full', async () => {
    const loading = aGate();
    counters.beforeLoad = () => loading.passed;
    const underWay = add('a');
    await untilLoading();
    const waiting = Array.from({ length: GROUP_SIZE + LANE_CAPACITY }, () => add('a'));
    await expect(add('a')).rejects.toThrow(Busy);
    loading.open();
    await Promise.all([underWay, ...waiting]);
    expect(counters.stored('a').count).toBe(1 + GROUP_SIZE + LANE_CAPACITY);
  });
});

describe('a database that is away', () => {
  const away = () => Promise.reject(Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' }));

  it('makes only the first calls wait; the next are refused at once until it is back', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    let attempts = 0;
    counters.beforeLoad = () => {
      attempts++;
      now += 2_000;
      return away();
    };
    await expect(add('a')).rejects.toThrow(Busy);
    expect(attempts).toBe(3);
    await expect(add('a')).rejects.toThrow(Busy);
    await expect(add('a')).rejects.toThrow(Busy);
    expect(attempts).toBe(5);

    counters.beforeLoad = () => Promise.resolve();
    expect(await add('a')).toBe(1);
    counters.beforeLoad = () => (attempts++ === 5 ? away() : Promise.resolve());
    expect(await add('a')).toBe(2);
  });
});

describe('causes', () => {
  it('belong to each event, whichever calls shared its transaction', async () => {
    const one = { correlationId: 'one', causationId: null };
    const two = { correlationId: 'two', causationId: 'event-1' };
    await Promise.all([
      runCausedBy(one, () => add('a')),
      runCausedBy(two, () => add('a')),
      runCausedBy(two, () => add('b')),
      runCausedBy(one, () => add('b')),
    ]);
    const causes = log.entries.map(({ event, cause }) => [event.key, cause]);
    expect(causes).toEqual([
      ['a', one],
      ['a', two],
      ['b', two],
      ['b', one],
    ]);
  });

  it('are those of the call for every event that it led to', async () => {
    const cause = { correlationId: 'one', causationId: null };
    await runCausedBy(cause, () =>
      change('a', (counter) => {
        counter.add(1);
        counter.add(2);
      }),
    );
    expect(log.entries.map((entry) => entry.cause)).toEqual([cause, cause]);
  });

  it('begin a new chain with each call that has none', async () => {
    await Promise.all([add('a'), add('a')]);
    const chains = new Set(log.entries.map(({ cause }) => cause.correlationId));
    expect(chains.size).toBe(2);
  });
});

describe('changes that join a transaction', () => {
  it('cost one load and one save if they are made together, and commit with it', async () => {
    await unitOfWork.inTransaction(async () => {
      const changes = Array.from({ length: 1_000 }, (_, i) => add(`counter-${i % 10}`));
      await Promise.all(changes);
      expect(transactions.committed).toBe(0);
    });
    expect([counters.loads.length, counters.saves.length]).toEqual([1, 1]);
    expect([transactions.committed, log.events.length]).toEqual([1, 1_000]);
    expect(counters.stored('counter-1')).toEqual({ version: 1, count: 100 });
  });

  it('may come in several turns, each with aggregates of its own', async () => {
    await unitOfWork.inTransaction(async () => {
      await add('a');
      await add('b');
    });
    expect([counters.loads, transactions.committed]).toEqual([[['a'], ['b']], 1]);
  });

  it('wait for one that is under way', async () => {
    const underWay: string[] = [];
    let later: Promise<unknown> = Promise.resolve();
    counters.beforeLoad = async () => {
      underWay.push('begun');
      if (counters.loads.length === 1) later = add('b');
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      underWay.push('done');
    };
    await unitOfWork.inTransaction(async () => {
      await add('a');
      await later;
    });
    expect(underWay).toEqual(['begun', 'done', 'begun', 'done']);
  });

  it('may be of several stores', async () => {
    const others = new Counters();
    await unitOfWork.inTransaction(() =>
      Promise.all([add('a'), unitOfWork.change(others, { name: 'a' }, (counter) => counter.add(1))]),
    );
    expect([counters.stored('a').count, others.stored('a').count]).toEqual([1, 1]);
    expect(transactions.committed).toBe(1);
  });

  it('are made in the order of the events that led to them, whichever handler was faster', async () => {
    const at = (position: number) => ({ correlationId: 'one', causationId: 'event', position });
    const positions = [5, 9, 3, 7, 1];
    await unitOfWork.inTransaction(() =>
      Promise.all(positions.map((position) => runCausedBy(at(position), () => add('a', position)))),
    );
    expect(log.entries.map(({ cause }) => cause.position)).toEqual([1, 3, 5, 7, 9]);
    expect(counters.stored('a').count).toBe(25);
  });

  it('are refused if the transaction has changed the aggregate before (rule 8)', async () => {
    const twice = unitOfWork.inTransaction(async () => {
      await add('a');
      await add('a');
    });
    await expect(twice).rejects.toThrow('a was changed twice in one transaction');
    expect(counters.stored('a').version).toBe(0);
  });

  it('fail alone if a rule refuses them, and the caller decides about the rest', async () => {
    await unitOfWork.inTransaction(async () => {
      await expect(change('a', refuse)).rejects.toThrow(TooHigh);
      await add('b');
    });
    expect(counters.stored('b').count).toBe(1);
  });

  it('fail the transaction if one of them fails, though the caller ignores it', async () => {
    const negligent = unitOfWork.inTransaction(async () => {
      await add('a');
      await change('b', () => {
        throw new TypeError('undefined is not a counter');
      }).catch(() => undefined);
    });
    await expect(negligent).rejects.toThrow(TypeError);
    expect([counters.stored('a').count, log.events, log.announced]).toEqual([0, [], []]);
  });

  it('have no effect once one has failed, and the first failure is thrown', async () => {
    const failing = unitOfWork.inTransaction(async () => {
      await change('a', () => {
        throw new TypeError('undefined is not a counter');
      }).catch(() => undefined);
      await expect(add('b')).rejects.toThrow(TypeError);
      counters.load = () => Promise.reject(new Error('Nobody should have asked.'));
      await expect(add('c')).rejects.toThrow(TypeError);
    });
    await expect(failing).rejects.toThrow(TypeError);
    expect(counters.loads).toEqual([['a']]);
  });

  it('are awaited by the transaction, though not by the caller', async () => {
    const hasty = unitOfWork.inTransaction(() => {
      void add('a');
      return Promise.resolve();
    });
    await hasty;
    expect(counters.stored('a').count).toBe(1);
  });

  it('are undone if the transaction fails afterwards', async () => {
    const failing = unitOfWork.inTransaction(async () => {
      await add('a');
      throw new Error('The position cannot be moved.');
    });
    await expect(failing).rejects.toThrow('The position cannot be moved.');
    expect([counters.stored('a').count, log.events, log.announced]).toEqual([0, [], []]);
  });

  it('know that they are not committed yet', async () => {
    expect(unitOfWork.isInTransaction).toBe(false);
    await unitOfWork.inTransaction(() => {
      expect(unitOfWork.isInTransaction).toBe(true);
      return Promise.resolve();
    });
    expect(unitOfWork.isInTransaction).toBe(false);
  });

  it('leave other calls to their lane', async () => {
    const inside = aGate();
    const joined = unitOfWork.inTransaction(async () => {
      await add('a');
      await inside.passed;
    });
    const apart = add('b');
    inside.open();
    await Promise.all([joined, apart]);
    expect(transactions.committed).toBe(2);
  });
});

function refuse(): never {
  throw new TooHigh('Nobody counts that far.');
}

/** Transactions that do not wait for each other. */
class SideBySide extends Transactions {
  override run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return work(new InMemoryTransaction());
  }

  override snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return work({});
  }
}

/** Resolves once the store has been asked to load. */
/** By a clock that stands still: 'a' is being loaded for one call, and `early` waits for the next transaction. */
async function oneWaitingBehindAnother() {
  const clock = { now: 0 };
  jest.spyOn(performance, 'now').mockImplementation(() => clock.now);
  const loading = aGate();
  counters.beforeLoad = () => loading.passed;
  const underWay = add('a', 1);
  await untilLoading();
  return { clock, loading, underWay, early: add('a', 2) };
}

async function untilLoading(times = 1): Promise<void> {
  while (counters.loads.length < times) await new Promise((resolve) => setImmediate(resolve));
}

function aGate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

describe('a change in steps', () => {
  it('lets others go on between them, and is answered with what the last one returns', async () => {
    const seen: string[] = [];
    const count = await change('a', function* (counter): Steps<number> {
      counter.add(1);
      setImmediate(() => seen.push('another'));
      yield;
      seen.push('second step');
      return counter.add(1);
    });
    expect([count, seen]).toEqual([2, ['another', 'second step']]);
    expect(counters.stored('a')).toEqual({ version: 1, count: 2 });
  });

  it('is refused alone if its rules say so before it changes anything', async () => {
    const refused = change('a', function* (): Steps {
      yield;
      throw new TooHigh('too high', {});
    });
    const other = add('b');
    await expect(refused).rejects.toThrow(TooHigh);
    expect([await other, told()]).toEqual([1, [['b', 1]]]);
  });

  it('writes nothing if it fails in the middle', async () => {
    const failed = change('a', function* (counter): Steps {
      counter.add(1);
      yield;
      throw new TooHigh('too high', {});
    });
    await expect(failed).rejects.toThrow(TooHigh);
    expect([counters.saves, log.events]).toEqual([[], []]);
  });
});

describe('a change with many events', () => {
  it('is written before they are appended, so that nobody waits meanwhile for what is appended', async () => {
    const done: string[] = [];
    counters.beforeSave = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push('saved');
    };
    jest.spyOn(log, 'append').mockImplementation(() => {
      done.push('appended');
      return Promise.resolve();
    });
    await change('a', (counter) => {
      for (let i = 0; i < 2_049; i++) counter.add(1);
    });
    expect(done).toEqual(['saved', 'appended']);
  });
});

describe('a large change', () => {
  it('keeps no other waiting but the next large one', async () => {
    let begun = 0;
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    jest.spyOn(transactions, 'run').mockImplementation(async (work) => {
      begun++;
      await held;
      return work(new InMemoryTransaction());
    });
    const changes = [add('large'), add('large'), add('a')];
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toBe(2);
    finish();
    expect(await Promise.all(changes)).toEqual([1, 2, 1]);
    expect(begun).toBe(3);
  });

  it('is waited for before the service stops', async () => {
    const large = add('large');
    await unitOfWork.flush();
    expect(counters.stored('large').count).toBe(1);
    await large;
  });
});
