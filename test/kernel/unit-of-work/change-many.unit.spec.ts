import { beforeEach, describe, expect, it } from '@jest/globals';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { ConcurrentChange, type Transaction, Transactions } from '../../../src/kernel/domain/store.js';
import type { ProcessContext } from '../../../src/kernel/lifecycle/process-context.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Counters, TooHigh, type Counter } from '../../support/counters.js';
import { InMemoryLog, InMemoryTransaction, InMemoryTransactions } from '../../support/in-memory.js';

let counters: Counters;
let transactions: InMemoryTransactions;
let log: InMemoryLog;
beforeEach(() => {
  counters = new Counters();
  transactions = new InMemoryTransactions();
  log = new InMemoryLog();
});

const unitOfWork = (context?: ProcessContext) => new UnitOfWork(transactions, log, context);
const add = (name: string, units = 1) => ({
  need: { name },
  run: (counter: Counter) => counter.add(units),
});
const fail = (name: string, error: Error) => ({
  need: { name },
  run: (counter: Counter): number => {
    counter.add(100);
    throw error;
  },
});
const counts = (names: readonly string[]) => names.map((name) => counters.stored(name).count);
const names = (count: number) => Array.from({ length: count }, (_, i) => `counter-${i}`);
const manyOf = (count: number) => names(count).map((name) => add(name));

describe('many changes of a large work', () => {
  it('are answered in their order, and share a transaction', async () => {
    const answers = await unitOfWork().changeMany(counters, [add('a', 1), add('b', 2), add('a', 3)]);
    expect(answers).toEqual([1, 2, 4]);
    expect(transactions.committed).toBe(1);
    expect(log.events.map(({ key }) => key)).toEqual(['a', 'a', 'b']);
  });

  it('are none', async () => {
    expect(await unitOfWork().changeMany(counters, [])).toEqual([]);
    expect(transactions.committed).toBe(0);
  });

  it('have 256 in a transaction at most on a server, one transaction at a time', async () => {
    await unitOfWork('server').changeMany(counters, manyOf(600));
    expect(counters.loads.map(({ length }) => length)).toEqual([256, 256, 88]);
    expect(counts(names(600))).toEqual(names(600).map(() => 1));
  });

  it('do not keep a call of others waiting for their transaction on a server', async () => {
    const unit = unitOfWork('server');
    await Promise.all([
      unit.changeMany(counters, manyOf(300)),
      unit.change(counters, { name: 'other' }, (counter) => counter.add(1)),
    ]);
    expect(counters.loads.map((load) => load.includes('other'))).toEqual([false, true]);
  });

  it('have 2,048 in a transaction at most on the command line, two transactions at a time', async () => {
    let [underWay, most] = [0, 0];
    counters.beforeSave = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    const changes = Array.from({ length: 7_000 }, (_, i) => add(`counter-${Math.floor(i / 2_048)}`));
    await new UnitOfWork(new SideBySide(), log, 'cli').changeMany(counters, changes);
    expect(counters.loads.map(({ length }) => length)).toEqual([2_048, 2_048, 2_048, 856]);
    expect(most).toBe(2);
  });

  it('are refused alone if a rule refuses one', async () => {
    const refusal = new TooHigh('Too high.');
    const refuse = {
      need: { name: 'a' },
      run: (): number => {
        throw refusal;
      },
    };
    const answers = await unitOfWork().changeMany(counters, [add('a'), refuse, add('a')]);
    expect(answers).toEqual([1, refusal, 2]);
    expect([transactions.committed, transactions.rolledBack]).toEqual([1, 0]);
  });

  it('are refused alone if a rule refuses one half-way, and nothing of it is written', async () => {
    const refusal = new TooHigh('Too high.');
    const answers = await unitOfWork().changeMany(counters, [add('a'), fail('b', refusal), add('c')]);
    expect(answers).toEqual([1, refusal, 1]);
    expect(counts(['a', 'b', 'c'])).toEqual([1, 0, 1]);
  });

  it('are all run, though one fails unexpectedly, whose error is thrown', async () => {
    const error = new TypeError('undefined is not a counter');
    const changing = unitOfWork().changeMany(counters, [add('a'), fail('b', error), add('c')]);
    await expect(changing).rejects.toBe(error);
    expect(counts(['a', 'b', 'c'])).toEqual([1, 0, 1]);
  });

  it('cost few transactions more if one of a hundred fails', async () => {
    const refusal = new TooHigh('Too high.');
    const changes = manyOf(100);
    changes[42] = fail('broken', refusal);
    const answers = await unitOfWork().changeMany(counters, changes);
    expect(answers).toEqual(changes.map((_, i) => (i === 42 ? refusal : 1)));
    expect(counters.loads.length).toBeLessThan(20);
  });

  it('are run again without those that are committed if some are refused as busy', async () => {
    let failures = 0;
    counters.beforeSave = (changed) => {
      if (changed.length > 1) return Promise.reject(new RangeError('Not together.'));
      return changed[0]!.name === 'b' && failures++ === 0
        ? Promise.reject(new Busy('Later.'))
        : Promise.resolve();
    };
    const answers = await unitOfWork().changeMany(counters, [add('a'), add('b'), add('c')]);
    expect(answers).toEqual([1, 1, 1]);
    expect(counts(['a', 'b', 'c'])).toEqual([1, 1, 1]);
    expect(failures).toBe(2);
  });

  it('have fewer in a transaction if each is about several aggregates', async () => {
    const sized = Object.assign(counters, { sizeOf: () => 100 });
    await unitOfWork('server').changeMany(sized, manyOf(25));
    expect(counters.loads.map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('have a transaction of its own for one that is large', async () => {
    const withLarge = Object.assign(counters, {
      isLarge: ({ name }: { name: string }) => name === 'counter-2',
    });
    await unitOfWork('server').changeMany(withLarge, manyOf(5));
    expect(counters.loads.map(({ length }) => length)).toEqual([2, 1, 2]);
  });

  it('run side by side on a server if they have keys, those of a key in one transaction', async () => {
    let [underWay, most] = [0, 0];
    counters.beforeSave = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    const keyOf = (i: number) => (i < 300 ? 'first' : `key-${Math.floor(i / 100)}`);
    const changes = manyOf(900);
    const keys = changes.map((_, i) => keyOf(i));
    await new UnitOfWork(new SideBySide(), log, 'server').changeMany(counters, changes, { keys });
    expect(counters.loads.map(({ length }) => length)).toEqual([300, 300, 300]);
    expect(most).toBe(2);
    expect(counts(names(900))).toEqual(names(900).map(() => 1));
  });

  it('wait for the transaction before if that has begun with their key', async () => {
    let [underWay, most] = [0, 0];
    counters.beforeSave = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    const changes = manyOf(1_200);
    const keys = changes.map(() => 'one');
    await new UnitOfWork(new SideBySide(), log, 'server').changeMany(counters, changes, { keys });
    expect(counters.loads.map(({ length }) => length)).toEqual([512, 512, 176]);
    expect(most).toBe(1);
  });

  it('are run one transaction after the other on the command line if they are to be in order', async () => {
    let [underWay, most] = [0, 0];
    counters.beforeSave = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    await new UnitOfWork(new SideBySide(), log, 'cli').changeMany(counters, manyOf(5_000), { inOrder: true });
    expect(counters.loads.map(({ length }) => length)).toEqual([2_048, 2_048, 904]);
    expect(most).toBe(1);
  });

  it('join a transaction', async () => {
    const unit = unitOfWork();
    const answers = await unit.inTransaction(() => unit.changeMany(counters, [add('a', 1), add('b', 2)]));
    expect(answers).toEqual([1, 2]);
    expect(transactions.committed).toBe(1);
  });
});

describe('many changes until one is refused', () => {
  const refusal = new TooHigh('Too high.');
  const refuse = (name: string) => ({
    need: { name },
    run: (): number => {
      throw refusal;
    },
  });
  const untilRefused = { untilRefused: true };

  it('are all run if none is refused', async () => {
    expect(await unitOfWork().changeMany(counters, manyOf(300), untilRefused)).toEqual(
      names(300).map(() => 1),
    );
  });

  it.each([0, 1, 255, 256, 299])('are not run after the one at place %d that is refused', async (place) => {
    const changes = manyOf(600);
    changes[place] = refuse(`counter-${place}`);
    const answers = await unitOfWork().changeMany(counters, changes, untilRefused);
    expect(answers).toEqual([...names(place).map(() => 1), refusal]);
    expect(counts(names(600))).toEqual(names(600).map((_, i) => (i < place ? 1 : 0)));
  });

  it('are not run after one that is refused half-way', async () => {
    const changes = [add('a'), fail('b', refusal), add('c'), add('d')];
    expect(await unitOfWork().changeMany(counters, changes, untilRefused)).toEqual([1, refusal]);
    expect(counts(['a', 'b', 'c', 'd'])).toEqual([1, 0, 0, 0]);
  });

  it('are not run after one that returns its refusal', async () => {
    const change = (name: string) => ({
      need: { name },
      run: (counter: Counter) => (name === 'b' ? (counter.tell(), refusal) : counter.add(1)),
    });
    const changes = ['a', 'b', 'c'].map(change);
    const answers = await unitOfWork().changeMany(counters, changes, untilRefused);
    expect(answers).toEqual([1, refusal]);
    expect(counts(['a', 'c'])).toEqual([1, 0]);
    expect(log.events.map(({ type }) => type)).toEqual(['Counted', 'Told']);
  });

  it('are run again from the beginning if the transaction with the refused one fails', async () => {
    let isRefused = true;
    const changes = [
      add('a'),
      { need: { name: 'b' }, run: (counter: Counter) => (isRefused ? refuse('b').run() : counter.add(1)) },
      add('c'),
    ];
    counters.beforeSave = () => {
      if (!isRefused) return Promise.resolve();
      isRefused = false;
      return Promise.reject(new ConcurrentChange(['a']));
    };
    expect(await unitOfWork().changeMany(counters, changes, untilRefused)).toEqual([1, 1, 1]);
    expect(counts(['a', 'b', 'c'])).toEqual([1, 1, 1]);
  });

  it('do not overtake one that is busy', async () => {
    const committed: string[] = [];
    let failures = 0;
    counters.beforeSave = (changed) => {
      if (changed.length > 1) return Promise.reject(new RangeError('Not together.'));
      if (changed[0]!.name === 'b' && failures++ === 0) return Promise.reject(new Busy('Later.'));
      committed.push(changed[0]!.name);
      return Promise.resolve();
    };
    const changes = ['a', 'b', 'c', 'd'].map((name) => add(name));
    expect(await unitOfWork().changeMany(counters, changes, untilRefused)).toEqual([1, 1, 1, 1]);
    expect(committed).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not run after one that fails unexpectedly, whose error is thrown', async () => {
    const error = new TypeError('undefined is not a counter');
    const changes = [add('a'), fail('b', error), add('c'), add('d')];
    await expect(unitOfWork().changeMany(counters, changes, untilRefused)).rejects.toBe(error);
    expect(counts(['a', 'b', 'c', 'd'])).toEqual([1, 0, 0, 0]);
  });

  it('are not run after the first refused one in a joined transaction either', async () => {
    const unit = unitOfWork();
    const changes = [add('a'), refuse('b'), add('c')];
    const work = () => unit.changeMany(counters, changes, untilRefused);
    expect(await unit.inTransaction(work)).toEqual([1, refusal]);
    expect(counts(['a', 'c'])).toEqual([1, 0]);
  });
});

/** Transactions that do not wait for each other. */
class SideBySide extends Transactions {
  override run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return work(new InMemoryTransaction());
  }

  override snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return work({});
  }
}
