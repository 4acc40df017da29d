import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, unitsProtectedFrom, type Protection } from '../../src/allocation/domain/policy.js';
import { UnknownProduct } from '../../src/allocation/domain/unknown-product.js';
import { Orders } from './order.fixture.js';

const protect = (
  quantity: number,
  channel: string | null = null,
  until: string | null = null,
): Protection => ({
  ...{ channel, quantity, until },
});

describe('The units that are protected from a channel', () => {
  const from = (channel: string | null, ...protections: readonly Protection[]) =>
    unitsProtectedFrom({ ...DEFAULT_POLICY, protections }, channel, '2026-12-31');

  it('are those of all other channels, and safety stock', () => {
    const protections = [protect(5, 'fair'), protect(3, 'shop'), protect(2)];
    expect(from('web', ...protections)).toBe(10);
    expect(from('fair', ...protections)).toBe(5);
    expect(from(null, ...protections)).toBe(10);
  });

  it('are protected up to and including the last day', () => {
    expect(from('web', protect(5, 'fair', '2026-12-31'))).toBe(5);
    expect(from('web', protect(5, 'fair', '2026-12-30'))).toBe(0);
  });
});

describe('A product with protected units', () => {
  let orders: Orders;
  beforeEach(async () => {
    orders = new Orders();
    await orders.buy('TABLE', 't1', 6);
    await orders.buy('TABLE', 't2', 4, '2027-01-01');
  });

  const set = (...protections: readonly Protection[]) =>
    orders.changeProduct({ sku: 'TABLE' }, (product) =>
      product.changePolicy({ ...DEFAULT_POLICY, protections }),
    );
  const put = async (orderId: string, quantity: number, channel: string | null, split = false) => {
    const outcome = await orders.put(orderId, { TABLE: { quantity, split } }, { channel });
    return 'refused' in outcome ? 'promised' : outcome.facts;
  };
  const short = (requested: number, available: number) => ({
    lines: [{ sku: 'TABLE', requested, available, earliest: null }],
  });

  it('keeps the last units of all of its batches together for the channel', async () => {
    await set(protect(4, 'fair'));
    expect(await put('o1', 6, 'web')).toBe('promised');
    expect(await put('o2', 1, 'web')).toMatchObject(short(1, 0));
    expect(await put('o3', 4, 'fair')).toBe('promised');
  });

  it('says what a line could have that is too large by its batches, too', async () => {
    await set(protect(5, 'fair'));
    expect(await put('o1', 9, 'web')).toMatchObject(short(9, 5));
    expect(await put('o1', 9, 'web', true)).toMatchObject(short(9, 5));
    await set(protect(3, 'fair'));
    expect(await put('o1', 9, 'web')).toMatchObject(short(9, 6));
    expect(await put('o1', 9, 'web', true)).toMatchObject(short(9, 7));
  });

  it('never says that fewer than no units are left', async () => {
    await set(protect(500));
    expect(await put('o1', 2, 'web')).toMatchObject(short(2, 0));
  });

  it('protects them from lines of no order, too', async () => {
    await set(protect(10, 'web'));
    expect(await orders.allocate('o1', 'TABLE', 1)).toMatchObject({ facts: { available: 0 } });
  });

  it('lets a line that has units take only more that are not protected', async () => {
    expect(await put('o1', 4, 'web')).toBe('promised');
    await set(protect(5));
    expect(await put('o1', 5, 'web')).toBe('promised');
    expect(await put('o1', 6, 'web')).toMatchObject(short(6, 5));
    expect(await put('o1', 2, 'web')).toBe('promised');
  });

  it('publishes the policy once, and again only if it is another one', async () => {
    orders.told();
    await set(protect(5, 'fair', '2027-01-31'));
    await set(protect(5, 'fair', '2027-01-31'));
    expect(orders.told()).toEqual(['PolicyChanged TABLE']);
    await set();
    expect(orders.told()).toEqual(['PolicyChanged TABLE']);
  });

  it('is refused a policy if nobody ever bought it', async () => {
    const changed = orders.changeProduct({ sku: 'SOFA' }, (product) => product.changePolicy(DEFAULT_POLICY));
    await expect(changed).rejects.toThrow(UnknownProduct);
  });
});
