import { describe, expect, it } from '@jest/globals';
import type { AlertPolicy } from '../../src/notifications/domain/alert-policy.js';
import { Shortage, type ShortageState } from '../../src/notifications/domain/shortage.js';
import { WatchedBatch, type WatchedBatchState } from '../../src/notifications/domain/watched-batch.js';
import { InvalidValue } from '../../src/notifications/domain/require.js';
import { InvalidCode } from '../../src/vocabulary/code.js';
import { InvalidDay } from '../../src/vocabulary/eta.js';
import { InvalidQuantity } from '../../src/vocabulary/quantity.js';

const NOW = new Date('2026-08-03T09:00:00Z');
const NEVER = new Date(NaN);
const policy: AlertPolicy = { quietPeriodMs: 1, notifiesOnRestock: false, lostPromiseQuietPeriodMs: 1 };
const MOST = 2_147_483_647;

const SHORT: ShortageState = {
  since: NOW,
  alertedAt: NOW,
  refusals: 0,
  units: 0,
  available: 0,
  restockedAt: null,
  restockAlertedAt: null,
};
const WATCHED: WatchedBatchState = {
  alertedAt: null,
  alertedVersion: null,
  lines: 0,
  units: 0,
  orderIds: [],
  overdueOn: [],
  slippedFrom: null,
};
const PROMISE = { position: 1, orderId: 'o-1', quantity: 1, productVersion: 1, lostAt: NOW };

describe('A shortage', () => {
  const refusals = { lines: 1, units: 1, available: 0 };
  it.each([
    [{ ...refusals, lines: 0 }, InvalidValue],
    [{ ...refusals, lines: 1.5 }, InvalidValue],
    [{ ...refusals, units: -5 }, InvalidValue],
    [{ ...refusals, units: NaN }, InvalidValue],
    [{ ...refusals, units: Infinity }, InvalidValue],
    [{ ...refusals, available: -1 }, InvalidQuantity],
    [{ ...refusals, available: MOST + 1 }, InvalidQuantity],
  ])('rejects invalid refusals, and is unchanged: %j', (wrong, error) => {
    const shortage = new Shortage('TABLE', null);
    expect(() => shortage.refuse(wrong, NOW, policy)).toThrow(error);
    expect([shortage.state, shortage.alerts, shortage.revision]).toEqual([null, [], 0]);
  });

  it('counts more units than one batch can have', () => {
    const shortage = new Shortage('TABLE', null);
    shortage.refuse({ lines: 2, units: 2 * MOST, available: 0 }, NOW, policy);
    expect(shortage.alerts).toMatchObject([{ units: 2 * MOST }]);
  });

  it('rejects refusals at an invalid time', () => {
    const shortage = new Shortage('TABLE', null);
    expect(() => shortage.refuse(refusals, NEVER, policy)).toThrow(InvalidValue);
    expect(shortage.revision).toBe(0);
  });

  it.each(['', 'a\tb', 'x'.repeat(129)])('rejects an invalid SKU: %j', (sku) => {
    expect(() => new Shortage(sku, null)).toThrow(InvalidCode);
  });

  it.each<Partial<ShortageState>>([
    { refusals: -1 },
    { units: 0.5 },
    { since: NEVER },
    { alertedAt: NEVER },
    { restockedAt: NEVER },
    { restockAlertedAt: NEVER },
  ])('rejects an invalid state: %j', (wrong) => {
    expect(() => new Shortage('TABLE', { ...SHORT, ...wrong })).toThrow(InvalidValue);
  });

  it('returns a frozen state and frozen alerts', () => {
    const mine = { ...SHORT, refusals: 3, units: 3 };
    const shortage = new Shortage('TABLE', mine);
    mine.refusals = 99;
    expect(shortage.state).toMatchObject({ refusals: 3 });
    shortage.refuse(refusals, new Date(NOW.getTime() + 5), policy);
    expect(Object.isFrozen(shortage.state)).toBe(true);
    expect(shortage.alerts.map((alert) => Object.isFrozen(alert))).toEqual([true]);
  });
});

describe('A watched batch', () => {
  it.each([
    [{ orderId: '' }, InvalidCode],
    [{ orderId: 'o\n1' }, InvalidCode],
    [{ quantity: 0 }, InvalidQuantity],
    [{ quantity: -5 }, InvalidQuantity],
    [{ quantity: 1.5 }, InvalidQuantity],
    [{ position: 0 }, InvalidValue],
    [{ productVersion: NaN }, InvalidValue],
    [{ lostAt: NEVER }, InvalidValue],
  ])('rejects an invalid promise, and is unchanged: %j', (wrong, error) => {
    const batch = new WatchedBatch('TABLE', 'PO-1', null);
    expect(() => batch.lose({ ...PROMISE, ...wrong }, policy)).toThrow(error);
    expect([batch.lost, batch.alerts, batch.revision]).toEqual([[], [], 0]);
  });

  it.each([
    ['2026-02-30', 1, 1, InvalidDay],
    ['soon', 1, 1, InvalidDay],
    ['2026-02-01', 0, 1, InvalidValue],
    ['2026-02-01', 1, 1.5, InvalidValue],
  ])('rejects being overdue on %j with %s lines of %s units', (eta, lines, units, error) => {
    const batch = new WatchedBatch('TABLE', 'PO-1', null);
    expect(() => batch.becomeOverdue(eta, lines, units)).toThrow(error);
    expect([batch.alerts, batch.revision]).toEqual([[], 0]);
  });

  it.each([
    ['', 'PO-1'],
    ['TABLE', ''],
    ['TABLE', 'PO\t1'],
  ])('rejects an invalid SKU or reference: %j, %j', (sku, reference) => {
    expect(() => new WatchedBatch(sku, reference, null)).toThrow(InvalidCode);
  });

  it.each<[Partial<WatchedBatchState>, new (...args: never[]) => Error]>([
    [{ lines: -1 }, InvalidValue],
    [{ units: 0.5 }, InvalidValue],
    [{ alertedAt: NEVER }, InvalidValue],
    [{ alertedVersion: 0 }, InvalidValue],
    [{ orderIds: [''] }, InvalidCode],
    [{ overdueOn: ['2026-13-01'] }, InvalidDay],
  ])('rejects an invalid state: %j', (wrong, error) => {
    expect(() => new WatchedBatch('TABLE', 'PO-1', { ...WATCHED, ...wrong })).toThrow(error);
  });

  it('returns a frozen state, frozen promises and frozen alerts', () => {
    const orderIds = ['o-0'];
    const batch = new WatchedBatch('TABLE', 'PO-1', { ...WATCHED, lines: 1, units: 1, orderIds });
    orderIds.push('o-9');
    expect(batch.state.orderIds).toEqual(['o-0']);
    const promise = { ...PROMISE };
    batch.lose(promise, policy);
    promise.quantity = 99;
    batch.becomeOverdue('2026-02-01', 1, 1);
    expect(batch.lost).toEqual([PROMISE]);
    const given = [batch.state, batch.state.orderIds, batch.state.overdueOn, ...batch.lost, ...batch.alerts];
    expect(given.map((each) => Object.isFrozen(each))).toEqual(Array(6).fill(true));
  });
});
