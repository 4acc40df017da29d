import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { UnknownEventVersion, Upcasters, type Upcaster } from '../../../src/kernel/event-log/upcasters.js';

/** A made-up event: version 1 had one text for the place, version 2 a bay and a shelf, version 3 counts from 1. */
const toSecond: Upcaster<{ place: string }, { bay: string; shelf: number }> = {
  type: 'Shelved',
  from: 1,
  up: ({ place }) => ({ bay: place.slice(0, 1), shelf: Number(place.slice(1)) }),
};
const toThird: Upcaster<{ bay: string; shelf: number }, { bay: string; level: number }> = {
  type: 'Shelved',
  from: 2,
  up: ({ bay, shelf }) => ({ bay, level: shelf + 1 }),
};

const shelved = (version: number, data: object) => ({ position: 42, type: 'Shelved', version, data });

describe('an event that was stored in an older version', () => {
  const upcasters = new Upcasters();
  upcasters.declare(toThird, toSecond);

  it('is read as the current version, by way of all versions between', () => {
    expect(upcasters.current(shelved(1, { place: 'B4' }))).toEqual(shelved(3, { bay: 'B', level: 5 }));
    expect(upcasters.current(shelved(2, { bay: 'B', shelf: 4 }))).toEqual(shelved(3, { bay: 'B', level: 5 }));
  });

  it('is itself left unchanged', () => {
    const stored = Object.freeze(shelved(1, Object.freeze({ place: 'B4' })));
    upcasters.current(stored);
    expect(stored).toEqual(shelved(1, { place: 'B4' }));
  });

  it('is not copied if it is of the current version', () => {
    const today = shelved(3, { bay: 'B', level: 5 });
    expect(upcasters.current(today)).toBe(today);
    const other = { ...today, type: 'Sold', version: 1 };
    expect(upcasters.current(other)).toBe(other);
  });

  it('is refused, not misread, if an upcaster is missing', () => {
    const partly = new Upcasters();
    partly.declare(toThird);

    const old = () => partly.current(shelved(1, { place: 'B4' }));

    expect(old).toThrow(UnknownEventVersion);
    expect(old).toThrow(
      /Event 42 .* version 1, .* reads version 3: no upcaster begins at version 1\. Add one/,
    );
  });
});

describe('an event of a newer version', () => {
  it('is refused with a message that says what to do', () => {
    const newer = () => new Upcasters().current(shelved(2, {}));

    expect(newer).toThrow(UnknownEventVersion);
    expect(newer).toThrow(/version 2, .* reads version 1: a newer release has stored it\. Run that release/);
  });
});

describe('readers outside', () => {
  const event = (version: number, data: object) => ({ ...shelved(version, data) }) as unknown as StoredEvent;

  it('get an event in the current version, or as it was stored if it cannot be upcast', () => {
    const upcasters = new Upcasters();
    upcasters.declare(toSecond, toThird);
    expect(upcasters.shown(event(1, { place: 'B4' }))).toEqual(event(3, { bay: 'B', level: 5 }));
    expect(upcasters.shown(event(4, { x: 1 }))).toEqual(event(4, { x: 1 }));
  });

  it('do not get the result of a faulty upcaster', () => {
    const upcasters = new Upcasters();
    upcasters.declare(toSecond, toThird);
    expect(() => upcasters.shown(event(1, {}))).toThrow(TypeError);
  });
});

describe('the upcasters of a service', () => {
  it('say whether there is a step from a version', () => {
    const upcasters = new Upcasters();
    upcasters.declare(toSecond);
    expect(upcasters.beginsAt('Shelved', 1)).toBe(true);
    expect(upcasters.beginsAt('Shelved', 2)).toBe(false);
    expect(upcasters.beginsAt('Sold', 1)).toBe(false);
  });

  it('are refused if two begin at one version', () => {
    const upcasters = new Upcasters();
    upcasters.declare(toSecond);
    expect(() => upcasters.declare({ ...toSecond })).toThrow('Two upcasters of Shelved begin at version 1.');
  });
});
