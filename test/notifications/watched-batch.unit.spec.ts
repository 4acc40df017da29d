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
