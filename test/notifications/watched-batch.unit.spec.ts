import { describe, expect, it } from '@jest/globals';
import { formatAlert, type LostPromisesAlert } from '../../src/notifications/domain/alert.js';
import type { AlertPolicy } from '../../src/notifications/domain/alert-policy.js';
import { WatchedBatch, type WatchedBatchState } from '../../src/notifications/domain/watched-batch.js';

const HOUR = 3_600_000;
const NINE = new Date('2026-08-03T09:00:00Z');
const hoursLater = (hours: number) => new Date(NINE.getTime() + hours * HOUR);
const policy: AlertPolicy = {
  quietPeriodMs: 24 * HOUR,
  notifiesOnRestock: false,
  lostPromiseQuietPeriodMs: HOUR,
};

let positions = 0;
const lost = (orderId: string, quantity: number, lostAt = NINE, productVersion = 7) => ({
  position: ++positions,
  orderId,
  quantity,
  productVersion,
  lostAt,
});

const ALERTED: WatchedBatchState = {
  alertedAt: NINE,
  alertedVersion: 7,
  lines: 0,
  units: 0,
  orderIds: [],
  overdueOn: [],
  slippedFrom: null,
};

const batch = (state: Partial<WatchedBatchState> | null = null) =>
  new WatchedBatch('TABLE', 'PO-1', state && { ...ALERTED, ...state });

describe('A promise that a batch loses', () => {
  it('is reported at once with its order', () => {
    const it = batch();
    const promise = lost('o-1', 4);
    it.lose(promise, policy);
    expect(it.alerts).toEqual([
      { kind: 'lost-promises', sku: 'TABLE', batchReference: 'PO-1', lines: 1, units: 4, orderIds: ['o-1'] },
    ]);
    expect(it.lost).toEqual([promise]);
    expect(it.state).toEqual(ALERTED);
    expect(it.revision).toBeGreaterThan(0);
  });

  it('shares one alert with all promises that are lost together', () => {
    const it = batch();
    for (let i = 1; i <= 50; i++) it.lose(lost(`o-${i}`, 2), policy);
    expect(it.alerts).toMatchObject([{ lines: 50, units: 100 }]);
    const [alert] = it.alerts as LostPromisesAlert[];
    expect(alert!.orderIds).toEqual(Array.from({ length: 20 }, (_, i) => `o-${i + 1}`));
    expect(it.lost).toHaveLength(50);
    expect(it.reportsLostPromises).toBe(true);
  });

  it('is collected in the quiet period, and reported when it is over', () => {
    const it = batch({});
    it.lose(lost('o-2', 4, hoursLater(0.5), 8), policy);
    it.passTime(hoursLater(0.9), policy);
    expect(it.alerts).toEqual([]);
    expect(it.reportsLostPromises).toBe(false);
    expect(it.state).toMatchObject({ lines: 1, units: 4, orderIds: ['o-2'] });
    it.passTime(hoursLater(1), policy);
    expect(it.alerts).toMatchObject([{ lines: 1, units: 4, orderIds: ['o-2'] }]);
    expect(it.state).toEqual({ ...ALERTED, alertedAt: hoursLater(1) });
  });

  it('is reported with the collected ones when the quiet period is over', () => {
    const it = batch({ lines: 2, units: 5, orderIds: ['o-2', 'o-3'] });
    it.lose(lost('o-4', 1, hoursLater(2), 9), policy);
    expect(it.alerts).toMatchObject([{ lines: 3, units: 6, orderIds: ['o-2', 'o-3', 'o-4'] }]);
  });

  it('is reported with the others of its change if they are read in several transactions', () => {
    const it = batch({});
    it.lose(lost('o-1001', 4, NINE, 7), policy);
    expect(it.alerts).toMatchObject([{ lines: 1, orderIds: ['o-1001'] }]);
  });

  it('is stored at any time', () => {
    let state: WatchedBatchState | null = null;
    let reported = 0;
    for (let i = 0; i < 100; i++) {
      const it: WatchedBatch = new WatchedBatch('TABLE', 'PO-1', state);
      it.lose(lost(`o-${i}`, 1, hoursLater(i / 10), i + 1), policy);
      for (const alert of it.alerts) reported += (alert as LostPromisesAlert).lines;
      state = it.state;
    }
    const last = new WatchedBatch('TABLE', 'PO-1', state);
    last.passTime(hoursLater(1_000), policy);
    for (const alert of last.alerts) reported += (alert as LostPromisesAlert).lines;
    expect(reported).toBe(100);
  });
});

describe('A batch without lost promises', () => {
  it('sends no alert as time passes', () => {
    const it = batch({});
    it.passTime(hoursLater(100), policy);
    expect(it.alerts).toEqual([]);
    expect(it.revision).toBe(0);
  });
});

describe('An overdue batch', () => {
  const overdue = { kind: 'overdue', sku: 'TABLE', batchReference: 'PO-1' };

  it('is reported once for each date', () => {
    const it = batch();
    it.becomeOverdue('2026-08-02', 3, 12);
    it.becomeOverdue('2026-08-02', 4, 13);
    it.becomeOverdue('2026-08-09', 2, 5);
    it.becomeOverdue('2026-08-02', 4, 13);
    expect(it.alerts).toEqual([
      { ...overdue, eta: '2026-08-02', lines: 3, units: 12 },
      { ...overdue, eta: '2026-08-09', lines: 2, units: 5 },
    ]);
    expect(it.state.overdueOn).toEqual(['2026-08-02', '2026-08-09']);
  });

  it('is not reported again after a restart', () => {
    const it = batch({ overdueOn: ['2026-08-02'] });
    it.becomeOverdue('2026-08-02', 3, 12);
    expect(it.alerts).toEqual([]);
    expect(it.revision).toBe(0);
  });

  it('is reported in the quiet period of lost promises', () => {
    const it = batch({});
    it.becomeOverdue('2026-08-02', 3, 12);
    expect(it.alerts).toHaveLength(1);
  });
});

describe('The text of an alert', () => {
  it('names the orders that lost their promises', () => {
    const alert = { kind: 'lost-promises', sku: 'TABLE', batchReference: 'PO-1' } as const;
    expect(formatAlert({ ...alert, lines: 1, units: 1, orderIds: ['o-1'] })).toEqual({
      subject: 'Promises lost: 1 order of TABLE, batch PO-1',
      text: '1 order lost 1 unit of TABLE: batch PO-1 shrank, and no other batch could hold them.\nOrder: o-1',
    });
    expect(formatAlert({ ...alert, lines: 22, units: 60, orderIds: ['o-1', 'o-2'] })).toEqual({
      subject: 'Promises lost: 22 orders of TABLE, batch PO-1',
      text:
        '22 orders lost 60 units of TABLE: batch PO-1 shrank, and no other batch could hold them.\n' +
        'Orders: o-1, o-2 and 20 more\n' +
        'All of them: GET /v1/lost-promises?sku=TABLE',
    });
  });

  it('says since when a batch is overdue, and how many lines wait', () => {
    const alert = { kind: 'overdue', sku: 'TABLE', batchReference: 'PO-1', eta: '2026-08-02' } as const;
    expect(formatAlert({ ...alert, lines: 3, units: 12 })).toEqual({
      subject: 'Overdue: batch PO-1 of TABLE, due 2026-08-02',
      text:
        'Batch PO-1 of TABLE was due on 2026-08-02 and has not arrived.\n' +
        '3 order lines wait for 12 units of it.',
    });
  });

  it('has a subject of one line and escapes misleading characters', () => {
    const sku = 'A\u202eB\u2028C\u200bD\rE\nBcc: x@example.com';
    const { subject, text } = formatAlert({
      kind: 'lost-promises',
      sku,
      batchReference: 'x'.repeat(128),
      lines: 1,
      units: 1,
      orderIds: ['\u0085'],
    });
    expect(subject).toContain('A\\u202eB\\u2028C\\u200bD\\u000dE\\u000aBcc');
    expect([...subject].length).toBeLessThanOrEqual(200);
    expect(text.split(/\r|\n|\u2028|\u0085/)).toHaveLength(2);
  });
});

describe('A batch that comes later', () => {
  const change = (previousEta: string | null, eta: string) => ({
    ...{ previousEta, eta, lines: 2, units: 9 },
    orderIds: ['o-1', 'o-2'],
  });
  const late = { kind: 'late', sku: 'TABLE', batchReference: 'PO-1', previousEta: '2027-01-31' };

  it('is reported with its orders', () => {
    const it = batch();
    it.changeDate(change('2027-01-31', '2027-02-28'));
    expect(it.alerts).toEqual([{ ...late, eta: '2027-02-28', lines: 2, units: 9, orderIds: ['o-1', 'o-2'] }]);
    expect(it.state.slippedFrom).toEqual({ eta: '2027-01-31' });
    expect(formatAlert(it.alerts[0]!)).toEqual({
      subject: 'Late: batch PO-1 of TABLE, now due 2027-02-28',
      text:
        'Batch PO-1 of TABLE was due on 2027-01-31, and is now due on 2027-02-28.\n' +
        '2 order lines wait for 9 units of it.\nOrders: o-1, o-2',
    });
  });

  it('is reported if it counted as on hand, and names as many orders as it can', () => {
    const it = batch();
    const orderIds = Array.from({ length: 30 }, (_, i) => `o-${i}`);
    it.changeDate({ ...change(null, '2027-02-28'), lines: 30, orderIds });
    const { text } = formatAlert(it.alerts[0]!);
    expect(text).toContain('counted as on hand, and is now due on 2027-02-28');
    expect(text).toContain('o-19 and 10 more\nAll of them: GET /v1/promises?batchReference=PO-1');
  });

  it('says where its orders are listed if none is named', () => {
    const it = batch();
    it.changeDate({ ...change('2027-01-31', '2027-02-28'), orderIds: [] });
    expect(formatAlert(it.alerts[0]!).text).toContain('Its orders: GET /v1/promises?batchReference=PO-1');
  });

  it('has one alert from its first date on if it slips again before that is in a mail', () => {
    const it = batch({ slippedFrom: { eta: '2027-01-31' } });
    it.changeDate(change('2027-02-28', '2027-03-31'));
    it.changeDate(change('2027-03-31', '2027-03-30'));
    expect(it.alerts).toMatchObject([{ ...late, eta: '2027-03-30' }]);
    expect(it.withdrawsLate).toBe(true);
  });

  it.each(['2027-01-31', '2027-01-30'])('has none if it is to come on %s after all', (eta) => {
    const stored = batch({ slippedFrom: { eta: '2027-01-31' } });
    stored.changeDate(change('2027-02-28', eta));
    expect([stored.alerts, stored.withdrawsLate, stored.state.slippedFrom]).toEqual([[], true, null]);
    const fresh = batch();
    fresh.changeDate(change('2027-01-31', '2027-02-28'));
    fresh.changeDate(change('2027-02-28', eta));
    expect([fresh.alerts, fresh.withdrawsLate]).toEqual([[], false]);
  });

  it('has another alert if it slips again after the first was sent', () => {
    const it = batch({});
    it.changeDate(change('2027-02-28', '2027-03-31'));
    expect(it.alerts).toMatchObject([{ kind: 'late', previousEta: '2027-02-28', eta: '2027-03-31' }]);
    expect(it.withdrawsLate).toBe(false);
  });

  it('has none if it arrives before that is in a mail', () => {
    const it = batch({ slippedFrom: { eta: null } });
    it.arrive();
    expect([it.alerts, it.withdrawsLate]).toEqual([[], true]);
    const another = batch();
    another.arrive();
    expect(another.revision).toBe(0);
  });

  it('has none for a date that is no later', () => {
    const it = batch();
    it.changeDate(change('2027-01-31', '2027-01-30'));
    expect([it.alerts, it.revision]).toEqual([[], 0]);
  });
});
