import { beforeEach, describe, expect, it } from '@jest/globals';
import { runCausedBy } from '../../../src/kernel/cause/causation.js';
import type { DomainEvent } from '../../../src/kernel/domain/events.js';
import type { Change } from '../../../src/kernel/unit-of-work/participants.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Counters, TooHigh, type Counter } from '../../support/counters.js';
import { InMemoryLog, InMemoryTransactions } from '../../support/in-memory.js';

let counters: Counters;
/** The store of another feature. */
let others: Counters;
let transactions: InMemoryTransactions;
let log: InMemoryLog;
let unitOfWork: UnitOfWork;

beforeEach(() => {
  [counters, others] = [new Counters(), new Counters()];
  transactions = new InMemoryTransactions();
  log = new InMemoryLog();
  unitOfWork = new UnitOfWork(transactions, log);
});

const change = (name: string, work: (counter: Counter) => unknown) =>
  unitOfWork.change(counters, { name }, work);
const add = (name: string) => change(name, (counter) => counter.add(1));
const tell = (name: string) => change(name, (counter) => counter.tell());

/** Counts on the other side what is counted here, up to two. */
const countAlong = ({ key }: DomainEvent) =>
  changeOther(`other ${key}`, (other) => {
    if (other.count === 2) throw new TooHigh('Two are enough.');
    other.add(1);
  });

function changeOther(name: string, run: (other: Counter) => unknown): Change<Counter, { name: string }> {
  return { store: others, need: { name }, run };
}

function fail(): never {
  throw new Error('A fault.');
}

describe('Who takes part in a transaction', () => {
  it('changes something in it, and publishes that behind the event that led to it', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    const cause = { correlationId: 'a call', causationId: null, actor: 'somebody' };
    await runCausedBy(cause, () => add('a'));
    expect(transactions.committed).toBe(1);
    expect([counters.stored('a').count, others.stored('other a').count]).toEqual([1, 1]);
    expect(log.entries.map(({ event: { key }, cause: its }) => ({ key, ...its }))).toEqual([
      { key: 'a', ...cause },
      { key: 'other a', ...cause, causationId: expect.any(String) },
    ]);
    expect(log.entries[1]!.cause.causationId).toBe(log.entries[0]!.id);
    expect(log.announced).toEqual([['Counted']]);
  });

  it('is not asked about events of other types', async () => {
    unitOfWork.takePart(['Counted'], fail);
    await tell('a');
    expect(log.events).toMatchObject([{ type: 'Told' }]);
  });

  it('refuses the change as a rule does, and nothing of it is written', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    await add('a');
    await add('a');
    await expect(add('a')).rejects.toThrow(TooHigh);
    expect([counters.stored('a').count, others.stored('other a').count]).toEqual([2, 2]);
    expect(log.events).toHaveLength(4);
  });

  it('refuses that change alone, and not those that would have shared its transaction', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    others.write('other b', 2);
    const results = await Promise.allSettled([add('a'), add('b'), add('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(['a', 'b', 'c'].map((name) => counters.stored(name).count)).toEqual([1, 0, 1]);
    expect(['a', 'b', 'c'].map((name) => others.stored(`other ${name}`).count)).toEqual([1, 2, 1]);
  });

  it('shares one load and one save for all events of a transaction', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    await Promise.all([add('a'), add('b'), add('c')]);
    expect(others.saves).toEqual([['other a', 'other b', 'other c']]);
  });

  it('changes the same thing for several events of a transaction, in their order and in one go', async () => {
    const results: number[] = [];
    unitOfWork.takePart(['Counted'], () => changeOther('all', (other) => results.push(other.add(1))));
    await Promise.all([add('a'), add('b'), add('c')]);
    expect(results).toEqual([1, 2, 3]);
    expect(others.stored('all')).toEqual({ version: 1, count: 3 });
    const causes = log.entries.slice(3).map(({ cause }) => cause.causationId);
    expect(causes).toEqual(log.entries.slice(0, 3).map(({ id }) => id));
  });

  it('is not asked about the events of those whom a rule refuses', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    const refused = change('b', () => {
      throw new TooHigh('No more.');
    });
    const results = await Promise.allSettled([add('a'), refused, add('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(transactions.committed).toBe(1);
    expect(['a', 'b', 'c'].map((name) => others.stored(`other ${name}`).count)).toEqual([1, 0, 1]);
  });

  it('writes what it changes before anything is appended, so that a log that fails takes all of it back', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    log.append = () => Promise.reject(new Error('The disk is full.'));
    await expect(add('a')).rejects.toThrow('The disk is full.');
    expect([counters.stored('a').count, others.stored('other a').count]).toEqual([0, 0]);
  });

  it('runs again with the change if somebody else was faster', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    others.beforeSave = () => {
      others.beforeSave = () => Promise.resolve();
      others.write('other a', 1);
      return Promise.resolve();
    };
    await add('a');
    expect([counters.stored('a').count, others.stored('other a').count]).toEqual([1, 2]);
    expect(log.events).toHaveLength(2);
  });

  it('rolls the transaction back if it fails, with what others have changed in it', async () => {
    unitOfWork.takePart(['Counted'], () => changeOther('broken', fail));
    unitOfWork.takePart(['Counted'], countAlong);
    await expect(add('a')).rejects.toThrow('A fault.');
    expect([counters.stored('a').count, others.stored('other a').count]).toEqual([0, 0]);
    expect(log.events).toEqual([]);
  });

  it('is not there in a larger transaction, which cannot have such an event', async () => {
    unitOfWork.takePart(['Counted'], countAlong);
    await expect(unitOfWork.inTransaction(() => add('a'))).rejects.toThrow(
      'Counted needs a transaction of its own: others take part in it.',
    );
    await unitOfWork.inTransaction(() => tell('a'));
    expect(log.events).toMatchObject([{ type: 'Told' }]);
  });
});

describe('Who takes part and reads the log as well', () => {
  beforeEach(() => {
    unitOfWork.takePart(['Counted'], countAlong, 'the other counters');
  });

  it('is noted on the event, so that its reader passes over it', async () => {
    await Promise.all([add('a'), tell('b')]);
    expect(log.entries.map(({ event: { key }, handledBy }) => [key, handledBy])).toEqual([
      ['a', ['the other counters']],
      ['b', undefined],
      ['other a', undefined],
    ]);
  });

  it('leaves the events of a larger transaction to its reader', async () => {
    await unitOfWork.inTransaction(() => add('a'));
    expect(log.entries.map(({ event: { key }, handledBy }) => [key, handledBy])).toEqual([['a', undefined]]);
    expect(others.stored('other a').count).toBe(0);
  });
});
