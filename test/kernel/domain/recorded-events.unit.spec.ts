import { beforeEach, describe, expect, it } from '@jest/globals';
import { RecordedEvents } from '../../../src/kernel/domain/recorded-events.js';

interface EventOf<Type extends string> {
  readonly type: Type;
  readonly version: 1;
  readonly key: string;
  readonly data: { readonly count: number };
}

type TestEvent = EventOf<'Counted'> | EventOf<'Refused'>;

const counted = (type: TestEvent['type'], count: number): TestEvent => ({
  type,
  version: 1,
  key: 'a',
  data: { count },
});

describe('recorded events', () => {
  let events: RecordedEvents<TestEvent>;

  beforeEach(() => {
    events = new RecordedEvents<TestEvent>();
  });

  const refuse = () =>
    events.recordOnce('Refused', (earlier) => counted('Refused', (earlier?.data.count ?? 0) + 1));

  it('are none at first', () => {
    expect([events.length, events.revision, [...events]]).toEqual([0, 0, []]);
  });

  it('keep the order in which they were recorded', () => {
    events.record(counted('Counted', 1));
    events.record(counted('Counted', 2));
    expect([...events]).toEqual([counted('Counted', 1), counted('Counted', 2)]);
  });

  it('of a type that is recorded once replace the first, in its place', () => {
    refuse();
    events.record(counted('Counted', 1));
    refuse();
    expect([...events]).toEqual([counted('Refused', 2), counted('Counted', 1)]);
  });

  it('can be taken, which does not change the revision', () => {
    events.record(counted('Counted', 1));
    expect(events.take()).toEqual([counted('Counted', 1)]);
    expect([events.length, events.revision, events.take()]).toEqual([0, 1, []]);
  });

  it('raise the revision each time, also when they replace one', () => {
    refuse();
    events.record(counted('Counted', 1));
    refuse();
    expect([events.length, events.revision]).toEqual([2, 3]);
  });
});
