import { describe, expect, it } from '@jest/globals';
import { formatAlert, type ShortageAlert } from '../../src/notifications/domain/alert.js';
import type { AlertPolicy } from '../../src/notifications/domain/alert-policy.js';
import { Shortage, type ShortageState } from '../../src/notifications/domain/shortage.js';

const HOUR = 3_600_000;
const NINE = new Date('2026-08-03T09:00:00Z');
const hoursLater = (hours: number) => new Date(NINE.getTime() + hours * HOUR);
const policy: AlertPolicy = {
  quietPeriodMs: 24 * HOUR,
  notifiesOnRestock: false,
  lostPromiseQuietPeriodMs: HOUR,
};
const notifyingOnRestock: AlertPolicy = { ...policy, notifiesOnRestock: true };

const refusals = (lines: number, units: number, available = 3) => ({ lines, units, available });

const SHORT: ShortageState = {
  since: NINE,
  alertedAt: NINE,
  refusals: 0,
  units: 0,
  available: 3,
  restockedAt: null,
  restockAlertedAt: null,
};

/** Tables that are not short. */
const plenty = () => new Shortage('TABLE', null);

/** Tables that ran short at nine, with an alert then, and what was counted since. */
const short = (state: Partial<ShortageState> = {}) => new Shortage('TABLE', { ...SHORT, ...state });

const told = ({ alerts }: Shortage) => alerts.map(({ kind, refusals, units }) => ({ kind, refusals, units }));

describe('A SKU that is not short', () => {
  it('sends an alert at its first refusal', () => {
    const tables = plenty();
    tables.refuse(refusals(2, 25), NINE, policy);
    expect(told(tables)).toEqual([{ kind: 'out-of-stock', refusals: 2, units: 25 }]);
    expect(tables.alerts[0]?.sku).toBe('TABLE');
    expect(tables.revision).toBeGreaterThan(0);
    expect(tables.state).toEqual(SHORT);
  });

  it('sends no alert when stock comes', () => {
    const tables = plenty();
    tables.restock(NINE, notifyingOnRestock);
    expect(told(tables)).toEqual([]);
    expect(tables.revision).toBe(0);
  });

  it('does not change as time passes', () => {
    const tables = plenty();
    tables.passTime(NINE, policy);
    expect(tables.revision).toBe(0);
  });
});

describe('A shortage in the quiet period', () => {
  it('counts refusals and reports none', () => {
    const tables = short();
    tables.refuse(refusals(1, 10), hoursLater(1), policy);
    tables.refuse(refusals(3, 30, 2), hoursLater(23.9), policy);
    expect(told(tables)).toEqual([]);
    expect(tables.state).toEqual({ ...SHORT, refusals: 4, units: 40, available: 2 });
  });

  it('reports nothing as time passes', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.passTime(hoursLater(23.9), policy);
    expect(tables.revision).toBe(0);
  });

  it('counts an event that is read late, from before the last alert', () => {
    const tables = short();
    tables.refuse(refusals(1, 10), hoursLater(-30), policy);
    expect(told(tables)).toEqual([]);
  });
});

describe('A shortage after the quiet period', () => {
  it('reports what was counted in one alert, and counts from 0 again', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.passTime(hoursLater(24), policy);
    expect(told(tables)).toEqual([{ kind: 'still-out-of-stock', refusals: 4, units: 40 }]);
    expect(tables.state).toMatchObject({ since: NINE, alertedAt: hoursLater(24), refusals: 0, units: 0 });
  });

  it('reports the next refusal at once, together with what was counted', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.refuse(refusals(1, 10), hoursLater(25), policy);
    expect(told(tables)).toEqual([{ kind: 'still-out-of-stock', refusals: 5, units: 50 }]);
  });

  it('reports nothing if nothing was refused', () => {
    const tables = short();
    tables.passTime(hoursLater(48), policy);
    expect(tables.revision).toBe(0);
  });

  it('begins another quiet period', () => {
    const tables = short({ refusals: 4, units: 40 });
    tables.passTime(hoursLater(24), policy);
    tables.refuse(refusals(1, 10), hoursLater(47), policy);
    tables.passTime(hoursLater(47.5), policy);
    expect(tables.alerts).toHaveLength(1);
    tables.passTime(hoursLater(48), policy);
    expect(told(tables)[1]).toEqual({ kind: 'still-out-of-stock', refusals: 1, units: 10 });
  });

  it('reports every refusal if the quiet period is 0', () => {
    const tables = plenty();
    const atOnce = { ...policy, quietPeriodMs: 0 };
    tables.refuse(refusals(1, 10), NINE, atOnce);
    tables.refuse(refusals(2, 20), NINE, atOnce);
    expect(told(tables)).toEqual([
      { kind: 'out-of-stock', refusals: 1, units: 10 },
      { kind: 'still-out-of-stock', refusals: 2, units: 20 },
    ]);
  });
});

describe('A shortage that ends in the quiet period', () => {
  it('reports what was counted, and the quiet period goes on', () => {
    const tables = short({ refusals: 1, units: 40 });
    tables.restock(hoursLater(2), policy);
    expect(told(tables)).toEqual([{ kind: 'restocked', refusals: 1, units: 40 }]);
    expect(tables.state).toEqual({
      ...SHORT,
      restockedAt: hoursLater(2),
      restockAlertedAt: hoursLater(2),
    });
  });

  it('reports nothing if nothing was counted', () => {
    const tables = short();
    tables.restock(hoursLater(2), policy);
    expect(told(tables)).toEqual([]);
    expect(tables.state).toEqual({ ...SHORT, restockedAt: hoursLater(2) });
  });

  it('reports that stock has come if the policy says so', () => {
    const tables = short();
    tables.restock(hoursLater(2), notifyingOnRestock);
    expect(told(tables)).toEqual([{ kind: 'restocked', refusals: 0, units: 0 }]);
  });

  it('counts the next refusal until the quiet period is over', () => {
    const tables = short();
    tables.restock(hoursLater(2), policy);
    tables.refuse(refusals(1, 10), hoursLater(2.1), policy);
    expect(told(tables)).toEqual([]);
    expect(tables.state).toEqual({ ...SHORT, since: hoursLater(2.1), refusals: 1, units: 10 });
    tables.passTime(hoursLater(24), policy);
    expect(told(tables)).toEqual([{ kind: 'still-out-of-stock', refusals: 1, units: 10 }]);
    expect(tables.alerts[0]).toMatchObject({ countedFrom: NINE, shortSince: hoursLater(2.1) });
  });

  it('is reported when the quiet period is over if refusals were only counted', () => {
    const tables = short({
      restockedAt: hoursLater(5),
      restockAlertedAt: hoursLater(2),
      refusals: 3,
      units: 30,
    });
    tables.passTime(hoursLater(24), policy);
    expect(tables.alerts).toMatchObject([{ kind: 'restocked', refusals: 3, countedFrom: hoursLater(2) }]);
    expect(tables.state).toBeNull();
  });

  it.each([policy, notifyingOnRestock])(
    'sends two alerts and a summary however often stock comes and goes: %j',
    (itsPolicy) => {
      const tables = plenty();
      for (let i = 0; i < 20; i++) {
        tables.refuse(refusals(1, 10), hoursLater(i / 2), itsPolicy);
        tables.restock(hoursLater(i / 2 + 0.1), itsPolicy);
      }
      tables.passTime(hoursLater(24), itsPolicy);
      const kinds = tables.alerts.map(({ kind }) => kind);
      expect(kinds).toEqual(['out-of-stock', 'restocked', 'restocked']);
      const reported = tables.alerts.reduce((sum, alert) => sum + alert.refusals, 0);
      expect(reported).toBe(20);
    },
  );
});

describe('A shortage that ends after the quiet period', () => {
  it('lets the next refusal be reported at once', () => {
    const tables = short();
    tables.restock(hoursLater(25), policy);
    expect(tables.state).toBeNull();
    tables.refuse(refusals(1, 10), hoursLater(25.1), policy);
    expect(told(tables)).toEqual([{ kind: 'out-of-stock', refusals: 1, units: 10 }]);
  });

  it('is over when its end is reported', () => {
    const tables = short();
    tables.restock(hoursLater(25), notifyingOnRestock);
    expect(told(tables)).toEqual([{ kind: 'restocked', refusals: 0, units: 0 }]);
    expect(tables.state).toBeNull();
  });

  it('is over when stock comes again after the quiet period', () => {
    const tables = short({ restockedAt: hoursLater(2) });
    tables.restock(hoursLater(25), notifyingOnRestock);
    expect(told(tables)).toEqual([]);
    expect(tables.state).toBeNull();
  });

  it('is reported as new with what was counted if it begins again', () => {
    const tables = short({ restockedAt: hoursLater(2), refusals: 2, units: 20 });
    tables.refuse(refusals(1, 10), hoursLater(25), policy);
    expect(told(tables)).toEqual([{ kind: 'out-of-stock', refusals: 3, units: 30 }]);
    expect(tables.state).toEqual({ ...SHORT, since: hoursLater(25), alertedAt: hoursLater(25) });
  });
});

describe('The mail about a shortage', () => {
  const alert: ShortageAlert = {
    kind: 'out-of-stock',
    sku: 'TABLE',
    refusals: 1,
    units: 10,
    available: 3,
    countedFrom: NINE,
    shortSince: NINE,
  };

  it('says that a SKU has run short', () => {
    expect(formatAlert(alert)).toEqual({
      subject: 'Out of stock: TABLE',
      text:
        '1 order line was refused because TABLE was out of stock: 10 units were asked for in all.\n' +
        'The largest batch has 3 available.',
    });
  });

  it('says how much was refused in the quiet period', () => {
    const countedFrom = hoursLater(24);
    expect(
      formatAlert({ ...alert, kind: 'still-out-of-stock', refusals: 12, units: 1, countedFrom }),
    ).toEqual({
      subject: 'Still out of stock: TABLE, 12 more order lines were refused',
      text:
        '12 more order lines were refused since 2026-08-04 09:00 UTC because TABLE was out of stock: ' +
        '1 unit was asked for in all.\n' +
        'The largest batch has 3 available.\n' +
        'It has been short since 2026-08-03 09:00 UTC.',
    });
  });

  it('says what was refused until stock came', () => {
    expect(formatAlert({ ...alert, kind: 'restocked' })).toEqual({
      subject: 'Stock has come: TABLE, 1 more order line was refused before',
      text:
        'Stock of TABLE has come; it had been short since 2026-08-03 09:00 UTC.\n' +
        '1 more order line was refused since 2026-08-03 09:00 UTC: 10 units were asked for in all.',
    });
  });

  it('says that stock has come if nothing more was refused', () => {
    expect(formatAlert({ ...alert, kind: 'restocked', refusals: 0, units: 0 })).toEqual({
      subject: 'Stock has come: TABLE',
      text: 'Stock of TABLE has come; it had been short since 2026-08-03 09:00 UTC.',
    });
  });
});
