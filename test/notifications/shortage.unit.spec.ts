import { describe, expect, it } from '@jest/globals';
import { wordingOf, type Alert } from '../../src/notifications/domain/alert.js';
import { Shortage, type AlertPolicy, type ShortageState } from '../../src/notifications/domain/shortage.js';

const HOUR = 3_600_000;
const NINE = new Date('2026-08-03T09:00:00Z');
const hoursLater = (hours: number) => new Date(NINE.getTime() + hours * HOUR);
const policy: AlertPolicy = { quietMs: 24 * HOUR, tellsWhenBack: false };
const tellingWhenBack: AlertPolicy = { ...policy, tellsWhenBack: true };

const refusals = (lines: number, units: number, available = 3) => ({ lines, units, available });

/** Tables of which nobody was refused any. */
const plenty = () => new Shortage('TABLE', null);

/** Tables that ran short at nine, of which the buyers were told then, and what was counted since. */
const short = (state: Partial<ShortageState> = {}) =>
  new Shortage('TABLE', { since: NINE, toldAt: NINE, refusals: 0, units: 0, available: 3, ...state });

const told = ({ alerts }: Shortage) => alerts.map(({ kind, refusals, units }) => ({ kind, refusals, units }));

describe('while there is plenty', () => {
  it('the first refusal is told at once', () => {
    const tables = plenty();
    tables.refuse(refusals(2, 25), NINE, policy);
    expect(told(tables)).toEqual([{ kind: 'out-of-stock', refusals: 2, units: 25 }]);
    expect(tables.alerts[0]?.sku).toBe('TABLE');
    expect(tables.revision).toBeGreaterThan(0);
    expect(tables.state).toEqual({ since: NINE, toldAt: NINE, refusals: 0, units: 0, available: 3 });
  });

  it('more stock is no news', () => {
    const tables = plenty();
    tables.restock(NINE, tellingWhenBack);
    expect(told(tables)).toEqual([]);
    expect(tables.revision).toBe(0);
  });

  it('the passing of time changes nothing', () => {
    const tables = plenty();
    tables.passTime(NINE, policy);
    expect(tables.revision).toBe(0);
  });
});

describe('within the quiet time', () => {
  it('refusals are counted and not told', () => {
    const tables = short();
    tables.refuse(refusals(1, 10), hoursLater(1), policy);
    tables.refuse(refusals(3, 30, 2), hoursLater(23.9), policy);
    expect(told(tables)).toEqual([]);
    expect(tables.state).toEqual({ since: NINE, toldAt: NINE, refusals: 4, units: 40, available: 2 });
  });

  it('the passing of time tells nothing', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.passTime(hoursLater(23.9), policy);
    expect(tables.revision).toBe(0);
  });

  it('an event that is read late, from before the buyers were told, is counted', () => {
    const tables = short();
    tables.refuse(refusals(1, 10), hoursLater(-30), policy);
    expect(told(tables)).toEqual([]);
  });
});

describe('when the quiet time is over', () => {
  it('what was counted is told in one mail, and the count begins again', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.passTime(hoursLater(24), policy);
    expect(told(tables)).toEqual([{ kind: 'still-out-of-stock', refusals: 4, units: 40 }]);
    expect(tables.state).toMatchObject({ since: NINE, toldAt: hoursLater(24), refusals: 0, units: 0 });
  });

  it('the next refusal is told at once, together with what was counted', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.refuse(refusals(1, 10), hoursLater(25), policy);
    expect(told(tables)).toEqual([{ kind: 'still-out-of-stock', refusals: 5, units: 50 }]);
  });

  it('nothing is told where nothing was refused', () => {
    const tables = short();
    tables.passTime(hoursLater(48), policy);
    expect(tables.revision).toBe(0);
  });

  it('another quiet time begins', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.passTime(hoursLater(24), policy);
    tables.refuse(refusals(1, 10), hoursLater(47), policy);
    tables.passTime(hoursLater(47.5), policy);
    expect(tables.alerts).toHaveLength(1);
    tables.passTime(hoursLater(48), policy);
    expect(told(tables)[1]).toEqual({ kind: 'still-out-of-stock', refusals: 1, units: 10 });
  });

  it('a quiet time of none tells every refusal', () => {
    const tables = plenty();
    const atOnce = { ...policy, quietMs: 0 };
    tables.refuse(refusals(1, 10), NINE, atOnce);
    tables.refuse(refusals(2, 20), NINE, atOnce);
    expect(told(tables)).toEqual([
      { kind: 'out-of-stock', refusals: 1, units: 10 },
      { kind: 'still-out-of-stock', refusals: 2, units: 20 },
    ]);
  });
});

describe('when stock has come', () => {
  it('what was counted is told, and the shortage is over', () => {
    const tables = short({ refusals: 1, units: 40 });
    tables.restock(hoursLater(2), policy);
    expect(told(tables)).toEqual([{ kind: 'restocked', refusals: 1, units: 40 }]);
    expect(tables.state).toBeNull();
  });

  it('nothing is told where nothing was counted', () => {
    const tables = short();
    tables.restock(hoursLater(2), policy);
    expect(told(tables)).toEqual([]);
    expect(tables.state).toBeNull();
  });

  it('it is told all the same where people want to hear of it', () => {
    const tables = short();
    tables.restock(hoursLater(2), tellingWhenBack);
    expect(told(tables)).toEqual([{ kind: 'restocked', refusals: 0, units: 0 }]);
  });

  it('the next refusal is told at once', () => {
    const tables = short();
    tables.restock(hoursLater(2), policy);
    tables.refuse(refusals(1, 10), hoursLater(2.1), policy);
    expect(told(tables)).toEqual([{ kind: 'out-of-stock', refusals: 1, units: 10 }]);
    expect(tables.state).toMatchObject({ since: hoursLater(2.1) });
  });
});

describe('the mail', () => {
  const alert: Alert = {
    kind: 'out-of-stock',
    sku: 'TABLE',
    refusals: 1,
    units: 10,
    available: 3,
    countedFrom: NINE,
    shortSince: NINE,
  };

  it('says that a SKU has run short', () => {
    expect(wordingOf(alert)).toEqual({
      subject: 'Out of stock: TABLE',
      text:
        '1 order line was refused for want of TABLE: 10 units were asked for in all.\n' +
        'The largest batch has 3 available.',
    });
  });

  it('says how much was refused in the quiet time', () => {
    const countedFrom = hoursLater(24);
    expect(wordingOf({ ...alert, kind: 'still-out-of-stock', refusals: 12, units: 1, countedFrom })).toEqual({
      subject: 'Still out of stock: TABLE, 12 more order lines were refused',
      text:
        '12 more order lines were refused for want of TABLE since 2026-08-04 09:00 UTC: ' +
        '1 unit was asked for in all.\n' +
        'The largest batch has 3 available.\n' +
        'It has been short since 2026-08-03 09:00 UTC.',
    });
  });

  it('says what was refused until stock came', () => {
    expect(wordingOf({ ...alert, kind: 'restocked' })).toEqual({
      subject: 'Stock has come: TABLE, 1 more order line was refused before',
      text:
        'Stock of TABLE has come; it had been short since 2026-08-03 09:00 UTC.\n' +
        '1 more order line was refused since 2026-08-03 09:00 UTC: 10 units were asked for in all.',
    });
  });

  it('says that stock has come where nothing more was refused', () => {
    expect(wordingOf({ ...alert, kind: 'restocked', refusals: 0, units: 0 })).toEqual({
      subject: 'Stock has come: TABLE',
      text: 'Stock of TABLE has come; it had been short since 2026-08-03 09:00 UTC.',
    });
  });
});
