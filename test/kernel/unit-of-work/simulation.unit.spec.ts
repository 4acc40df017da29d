import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Counters, TooHigh, type Counter } from '../../support/counters.js';
import { InMemoryLog, InMemoryTransactions } from '../../support/in-memory.js';

let counters: Counters;
let transactions: InMemoryTransactions;
let log: InMemoryLog;
let unitOfWork: UnitOfWork;

beforeEach(() => {
  counters = new Counters();
  transactions = new InMemoryTransactions();
  log = new InMemoryLog();
  unitOfWork = new UnitOfWork(transactions, log);
  counters.write('a', 5);
});

type Named = readonly [name: string, work: (counter: Counter) => unknown];

const simulate = (...works: readonly Named[]) =>
  unitOfWork.simulate(
    counters,
    works.map(([name]) => ({ name })),
    (simulation) => works.map(([name, work]) => simulation.attempt({ name }, work)),
  );
const add: Named = ['a', (counter) => counter.add(1)];
const counted = (name: string, count: number) => ({
  type: 'Counted',
  version: 1,
  key: name,
  data: { count },
});

describe('A simulation', () => {
  it('says what each work returns and records, on what the works before have left', async () => {
    expect(await simulate(add, ['b', (counter) => counter.add(3)], add)).toEqual([
      { value: 6, events: [counted('a', 6)] },
      { value: 3, events: [counted('b', 3)] },
      { value: 7, events: [counted('a', 7)] },
    ]);
    expect(counters.loads).toEqual([['a', 'b', 'a']]);
  });

  it('raises the version as often as transactions of their own would', async () => {
    const look: Named = ['a', ({ version }) => version];
    const values = (await simulate(look, add, look, look, add, look)).map(
      (one) => 'value' in one && one.value,
    );
    expect(values).toEqual([1, 6, 2, 2, 7, 3]);
  });

  it('goes on after a work that is refused, which has changed nothing', async () => {
    const refusal = new TooHigh('Nobody counts that far.');
    const refuse: Named = [
      'a',
      () => {
        throw refusal;
      },
    ];
    expect(await simulate(add, refuse, add)).toEqual([
      { value: 6, events: [counted('a', 6)] },
      { refusal, events: [] },
      { value: 7, events: [counted('a', 7)] },
    ]);
  });

  it.each([
    ['an error that is no refusal', () => Promise.reject(new Error('broken')), 'broken'],
    ['a refusal after something has changed', () => Promise.reject(new TooHigh('late')), 'late'],
  ])('fails as a whole on %s', async (_what, error, message) => {
    const failure: unknown = await error().catch((reason: unknown) => reason);
    const fail: Named = [
      'a',
      (counter) => {
        counter.add(1);
        throw failure;
      },
    ];
    await expect(simulate(add, fail)).rejects.toThrow(message);
  });

  it('writes nothing, appends nothing and begins no transaction that could', async () => {
    await simulate(add, add);
    expect([counters.saves, log.entries, log.announced]).toEqual([[], [], []]);
    expect([transactions.committed, transactions.rolledBack]).toEqual([0, 0]);
    expect(counters.stored('a')).toEqual({ version: 1, count: 5 });
  });

  it('does not wait for a transaction that is under way, nor for a lane', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    counters.beforeSave = () => held;
    const change = unitOfWork.change(counters, { name: 'a' }, (counter) => counter.add(1));
    expect(await simulate(add)).toEqual([{ value: 6, events: [counted('a', 6)] }]);
    release();
    expect(await change).toBe(6);
  });

  it('leaves out what time alone has done to an aggregate before its works', async () => {
    const load = counters.load.bind(counters);
    counters.load = async (...asked) => {
      const loaded = await load(...asked);
      for (const counter of loaded.values()) counter.add(10);
      return loaded;
    };
    expect(await simulate(add)).toEqual([{ value: 16, events: [counted('a', 16)] }]);
  });

  it('fails if the store does not load an aggregate of a work', async () => {
    const missing = unitOfWork.simulate(counters, [], (simulation) =>
      simulation.attempt({ name: 'a' }, (counter) => counter.count),
    );
    await expect(missing).rejects.toThrow('The store did not load a.');
  });
});
