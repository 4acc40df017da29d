import { describe, expect, it } from '@jest/globals';
import { PREFIX } from '../../console/src/pages/overview/sample/prefix.js';
import { sampleMonth } from '../../console/src/pages/overview/sample/sample-month.js';
import { newReference } from '../../src/vocabulary/reference.js';

interface Line {
  readonly sku: string;
  readonly quantity: number;
}
interface Order {
  readonly orderId: string;
  readonly lines: readonly Line[];
  readonly whenShort: string;
  readonly expiresInSeconds?: number;
}
interface Batch {
  readonly reference: string;
  readonly sku: string;
  readonly eta?: string;
}

const TODAY = '2027-03-11';
const month = sampleMonth(TODAY, 'RUN');
const batches = month.batches as unknown as Batch[];
const orders = month.steps.flatMap((step) => step.orders) as unknown as Order[];
const receipts = month.steps.flatMap((step) => step.receipts);
const incidents = month.steps.flatMap((step) => step.incidents);

describe('the sample data of the console', () => {
  it('is tens of products and a few hundred orders', () => {
    expect(new Set(batches.map(({ sku }) => sku)).size).toBe(40);
    const count = new Set(orders.map(({ orderId }) => orderId)).size;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(400);
  });

  it('has codes that begin with the prefix and name the run', () => {
    const codes = [...batches.map(({ reference }) => reference), ...orders.map(({ orderId }) => orderId)];
    for (const code of codes) {
      expect(code).toMatch(/^SAMPLE-(PO|SO)-RUN-\d+$/);
      expect(newReference.isValid(code)).toBe(true);
    }
    for (const { lines } of orders) for (const { sku } of lines) expect(sku.startsWith(PREFIX)).toBe(true);
  });

  it('has stock on hand, stock that comes today, and stock for the weeks to come', () => {
    const dates = batches.flatMap(({ eta }) => eta ?? []);
    expect(dates.length).toBeLessThan(batches.length);
    expect(dates.filter((date) => date < TODAY)).toEqual([]);
    expect(dates.filter((date) => date === TODAY).length).toBeGreaterThan(2);
    expect(new Set(dates).size).toBeGreaterThan(10);
    expect(dates.every((date) => date < '2027-05-01')).toBe(true);
  });

  it('receives only what is due, and each batch under its own code', () => {
    const due = new Set(batches.filter(({ eta }) => eta === TODAY).map(({ reference }) => reference));
    expect(receipts.length).toBeGreaterThan(2);
    for (const { batchReference } of receipts) expect(due.has(batchReference as string)).toBe(true);
    const ids = receipts.map(({ receiptId }) => receiptId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a delivery that slips, two that shrink, orders that wait, and holds', () => {
    const known = new Map(batches.map((batch) => [batch.reference, batch]));
    const slips = incidents.filter(({ eta }) => eta !== null);
    expect(slips).toHaveLength(1);
    expect(slips[0]!.eta! > known.get(slips[0]!.reference)!.eta!).toBe(true);
    expect(incidents.filter(({ quantity }) => quantity !== null)).toHaveLength(2);
    expect(orders.some(({ whenShort }) => whenShort === 'backorder')).toBe(true);
    const confirmed = new Set(month.steps.flatMap((step) => step.confirmed));
    const holds = orders.filter(({ expiresInSeconds }) => expiresInSeconds !== undefined);
    expect(holds.some(({ orderId }) => confirmed.has(orderId))).toBe(true);
    expect(holds.some(({ orderId }) => !confirmed.has(orderId))).toBe(true);
  });

  it('is possible on every day of a year', () => {
    for (let day = 0; day < 366; day += 5) {
      const today = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
      const { batches: rows } = sampleMonth(today, 'RUN');
      for (const { eta } of rows) expect(eta === undefined || (eta as string) >= today).toBe(true);
    }
  });
});
