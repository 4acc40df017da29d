import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import { DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import { inOrderOf, PREFERENCES, type Preference } from '../../src/allocation/domain/preference.js';
import { Orders } from './order.fixture.js';

interface Facts {
  readonly eta?: string;
  readonly bestBefore?: string;
  readonly enteredAt?: number;
}

const a = (reference: string, { eta, bestBefore, enteredAt }: Facts = {}): BatchState => ({
  ...{ reference, eta: eta ?? null, quantity: 1, allocated: 0 },
  ...(bestBefore !== undefined && { lot: { ...PLAIN_LOT, bestBefore } }),
  ...(enteredAt !== undefined && { enteredAt }),
});

/** The references of the batches in the order in which a line prefers them. */
const sorted = (preference: Preference, ...batches: readonly BatchState[]) =>
  [batches, batches.toReversed()].map((given) =>
    given
      .toSorted(inOrderOf(preference))
      .map(({ reference }) => reference)
      .join(' '),
  );
const both = (references: string) => [references, references];

describe('The order of preference', () => {
  it('is that of the references if nothing else is preferred', () => {
    const [late, soon] = [a('a', { bestBefore: '2027-03-01' }), a('b', { bestBefore: '2027-01-01' })];
    expect(sorted('eta', soon, late)).toEqual(both('a b'));
  });

  it('begins with what expires first, and ends with what keeps for ever', () => {
    const [keeps, late] = [a('a'), a('b', { bestBefore: '2027-03-01' })];
    const [soon, soonToo] = [a('d', { bestBefore: '2027-01-01' }), a('c', { bestBefore: '2027-01-01' })];
    expect(sorted('fefo', keeps, late, soon, soonToo)).toEqual(both('c d b a'));
  });

  it('begins with what came first or last', () => {
    const [first, last, before] = [a('c', { enteredAt: 1 }), a('b', { enteredAt: 2 }), a('a')];
    expect(sorted('fifo', last, first, before)).toEqual(both('a c b'));
    expect(sorted('lifo', before, first, last)).toEqual(both('b c a'));
  });

  it('is that of the references, in byte order, among those that are equal', () => {
    const batches = ['b\u{1F4A9}', 'b\uFF5E', 'B'].map((reference) => a(reference));
    for (const preference of PREFERENCES)
      expect(sorted(preference, ...batches)).toEqual(both('B b\uFF5E b\u{1F4A9}'));
  });

  it('never puts what comes later before what is there', () => {
    const here = a('z', { bestBefore: '2029-01-01', enteredAt: 5 });
    const next = a('y', { eta: '2026-12-01', bestBefore: '2028-01-01', enteredAt: 5 });
    const last = a('x', { eta: '2026-12-02', bestBefore: '2027-01-01', enteredAt: 1 });
    const newest = a('w', { eta: '2026-12-02', bestBefore: '2027-01-01', enteredAt: 9 });
    expect(sorted('fefo', last, next, here)).toEqual(both('z y x'));
    expect(sorted('fifo', last, next, here)).toEqual(both('z y x'));
    expect(sorted('lifo', newest, next, here)).toEqual(both('z y w'));
  });
});

describe('A product whose batches expire', () => {
  let orders: Orders;
  beforeEach(() => {
    orders = new Orders();
  });

  const buy = (reference: string, quantity: number, bestBefore: string | null, eta: string | null = null) =>
    orders.changeProduct({ sku: 'MILK', batchReference: reference, frees: quantity }, (product) =>
      product.supply.addBatch({ reference, quantity, eta, lot: { ...PLAIN_LOT, bestBefore } }),
    );
  const prefer = (preference: Preference, minimumShelfLifeDays = 0) =>
    orders.changeProduct({ sku: 'MILK' }, (product) =>
      product.changePolicy({ ...DEFAULT_POLICY, preference, minimumShelfLifeDays }),
    );
  const taken = async (orderId: string, quantity: number, split = false) => {
    await orders.put(orderId, { MILK: { quantity, split } });
    const [line] = orders.stock.linesOf(orderId);
    return (line?.line.claims ?? [line?.line]).map((claim) => claim?.batchReference).join(' ');
  };

  it('gives those that expire first to the next lines, and the undated last', async () => {
    await buy('keeps', 2, null);
    await buy('late', 2, '2027-03-01');
    await buy('soon', 2, '2027-02-01');
    await prefer('fefo');
    expect(await taken('o1', 2)).toBe('soon');
    expect(await taken('o2', 1)).toBe('late');
    expect(await taken('o3', 2)).toBe('keeps');
    expect(await taken('o4', 1)).toBe('late');
  });

  it('fills a line that may be split in the same order', async () => {
    await buy('late', 2, '2027-03-01');
    await buy('soon', 2, '2027-02-01');
    await prefer('fefo');
    expect(await taken('o1', 3, true)).toBe('soon late');
  });

  it('moves no line if another preference is set', async () => {
    await buy('b', 2, '2027-02-01');
    await buy('a', 2, '2027-03-01');
    expect(await taken('o1', 1)).toBe('a');
    await prefer('fefo');
    expect(await taken('o1', 1)).toBe('a');
    expect(await taken('o2', 1)).toBe('b');
  });

  it('passes over what has come of a batch if what others have left expires first', async () => {
    await buy('a', 2, '2027-03-01', '2026-12-24');
    await buy('b', 2, '2027-02-01');
    await prefer('fefo');
    const receive = { sku: 'MILK', batchReference: 'a', document: { kind: 'receipt', id: 'r' } } as const;
    await orders.changeProduct(receive, (product) =>
      product.warehouse.receive('r', 'a', { quantity: 1, rejected: 0, isFinal: false }),
    );
    expect(await taken('o1', 1)).toBe('b');
  });

  it('gives nothing that does not keep for as long as the customer needs it', async () => {
    const today = orders.now.toISOString().slice(0, 10);
    expect(today).toBe('2026-06-01');
    await buy('short', 2, '2026-06-10');
    await buy('long', 2, '2026-06-11');
    await prefer('fefo', 10);
    expect(await taken('o1', 1)).toBe('long');
    await prefer('fefo', 9);
    expect(await taken('o2', 1)).toBe('short');
    await prefer('fefo', 11);
    expect(await orders.put('o3', { MILK: 1 })).toMatchObject({ facts: { lines: [{ available: 0 }] } });
  });

  it('counts the days from the day on which a line needs its units', async () => {
    await buy('b', 5, '2026-06-20');
    await prefer('eta', 5);
    const put = (orderId: string, neededBy: string) =>
      orders.put(orderId, { MILK: { quantity: 1, neededBy } });
    expect(await put('o1', '2026-06-15')).toMatchObject({ isNew: true });
    expect(await put('o2', '2026-06-16')).toMatchObject({ facts: { lines: [{ available: 0 }] } });
  });

  it('counts them from the day on which inbound units come', async () => {
    await buy('b', 5, '2026-06-20', '2026-06-16');
    await prefer('eta', 5);
    expect(await orders.put('o1', { MILK: 1 })).toMatchObject({ facts: { lines: [{ available: 0 }] } });
    await prefer('eta', 4);
    expect(await orders.put('o1', { MILK: 1 })).toMatchObject({ isNew: true });
  });

  it('protects no units that do not keep for long enough', async () => {
    await buy('short', 5, '2026-06-10');
    await buy('long', 5, null);
    const protections = [{ channel: 'fair', quantity: 5, until: null }];
    await orders.changeProduct({ sku: 'MILK' }, (product) =>
      product.changePolicy({ ...DEFAULT_POLICY, minimumShelfLifeDays: 30, protections }),
    );
    expect(await orders.put('o1', { MILK: 1 })).toMatchObject({ facts: { lines: [{ available: 0 }] } });
  });
});
