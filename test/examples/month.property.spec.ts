import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { monthAsCsv, readMonth } from '../../examples/files.js';
import { furnitureMonth, type Batch, type OrderLine } from '../../examples/month.js';
import { inOrderOfPreference } from '../../src/allocation/domain/batch-state.js';

const examples = new URL('../../examples/', import.meta.url);
const month = furnitureMonth();

describe('The furniture month of the demo', () => {
  it('is written byte for byte the same on every run', async () => {
    for (const [name, text] of Object.entries(monthAsCsv(furnitureMonth()))) {
      expect(text).toBe(await readFile(new URL(name, examples), 'utf8'));
    }
  });

  it('is read back from its files unchanged', async () => {
    expect(await readMonth(examples)).toEqual(month);
  });

  it('differs with another seed', () => {
    expect(monthAsCsv(furnitureMonth(1))['orders.csv']).not.toBe(monthAsCsv(month)['orders.csv']);
  });

  it('has 800 batches of at least 200 SKUs, on hand and inbound, and several of what sells best', () => {
    const skus = month.batches.map((batch) => batch.sku);
    expect(month.batches).toHaveLength(800);
    expect(new Set(month.batches.map((batch) => batch.reference)).size).toBe(800);
    expect(new Set(skus).size).toBeGreaterThanOrEqual(200);
    expectBetween(
      share(month.batches, (batch) => batch.eta === null),
      0.3,
      0.7,
    );
    expect(skus.filter((sku) => sku === bestsellers()[0]).length).toBeGreaterThan(5);
  });

  it('has 20,000 order lines in orders of one to six, with a long tail of popularity', () => {
    expect(month.lines).toHaveLength(20_000);
    const skusOf = new Map<string, Set<string>>();
    for (const { orderId, sku } of month.lines) {
      skusOf.set(orderId, (skusOf.get(orderId) ?? new Set()).add(sku));
    }
    const sizes = [...skusOf.values()].map((skus) => skus.size);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([1, 6]);

    const top = new Set(bestsellers().slice(0, 20));
    expectBetween(
      share(month.lines, (line) => top.has(line.sku)),
      0.35,
      0.65,
    );
    expectBetween(
      share(month.lines, (line) => line.quantity <= 8),
      0.99,
      0.9999,
    );
  });

  it('cannot meet 3 to 6 % of the lines, and repeats about 1 % of them', () => {
    const answers = playedOneByOne();
    const of = (answer: string) => share(answers, (given) => given === answer);
    expectBetween(of('out of stock'), 0.03, 0.06);
    expectBetween(of('repeated'), 0.005, 0.015);
    expectBetween(of('conflict'), 0.0001, 0.001);
    expectBetween(of('unknown SKU'), 0.0001, 0.002);
  });

  it('shrinks two batches and delays one shipment, after the batch concerned has been bought', () => {
    const [first, late, second] = month.incidents.map((incident) => {
      const batch = month.batches.find(({ reference }) => reference === incident.reference);
      return { incident, batch };
    });
    expect(first?.incident.quantity).toBeLessThan(first?.batch?.quantity ?? 0);
    expect(second?.incident.quantity).toBeLessThan(second?.batch?.quantity ?? 0);
    expect(Date.parse(late?.incident.eta ?? '')).toBeGreaterThan(Date.parse(late?.batch?.eta ?? ''));
  });
});

/** What a service that had all the time in the world would answer, without the incidents. */
function playedOneByOne(): string[] {
  const stock = new Map<string, (Batch & { allocated: number })[]>();
  for (const batch of month.batches) {
    stock.set(batch.sku, [...(stock.get(batch.sku) ?? []), { ...batch, allocated: 0 }]);
  }
  for (const batches of stock.values()) batches.sort(inOrderOfPreference);
  const standing = new Map<string, OrderLine>();
  return month.lines.map((line) => {
    const batches = stock.get(line.sku);
    if (!batches) return 'unknown SKU';
    const key = `${line.orderId} ${line.sku}`;
    const before = standing.get(key);
    if (before) return before.quantity === line.quantity ? 'repeated' : 'conflict';
    const batch = batches.find(({ quantity, allocated }) => quantity - allocated >= line.quantity);
    if (!batch) return 'out of stock';
    batch.allocated += line.quantity;
    standing.set(key, line);
    return 'allocated';
  });
}

function bestsellers(): string[] {
  const asked = new Map<string, number>();
  for (const { sku } of month.lines) asked.set(sku, (asked.get(sku) ?? 0) + 1);
  return [...asked].sort(([, a], [, b]) => b - a).map(([sku]) => sku);
}

function share<T>(items: readonly T[], isMeant: (item: T) => boolean): number {
  return items.filter(isMeant).length / items.length;
}

function expectBetween(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}
