import { beforeEach, describe, expect, it } from '@jest/globals';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import { Orders, type Lines } from './order.fixture.js';

const FAR = '2097-01-01';

describe('An order that may come from some places only', () => {
  let orders: Orders;
  beforeEach(() => {
    orders = new Orders();
  });

  /** @param reference begins with its place: "ams-1" */
  const buy = (sku: string, reference: string, quantity: number, eta: string | null = null) =>
    orders.changeProduct({ sku, batchReference: reference, frees: quantity }, (product) =>
      product.supply.addBatch({
        ...{ reference, quantity, eta },
        lot: { ...PLAIN_LOT, location: reference.split('-')[0]! },
      }),
    );
  const put = (orderId: string, lines: Lines, locations: readonly string[] | null, rest: object = {}) =>
    orders.put(orderId, lines, { locations, ...rest });
  const shrink = (sku: string, reference: string, quantity: number) =>
    orders.changeQuantity(sku, reference, quantity);

  it('gets no units from another place', async () => {
    await buy('TABLE', 'main-1', 10);
    await buy('TABLE', 'ams-1', 3, FAR);
    expect(await put('o1', { TABLE: 4 }, ['ams'])).toMatchObject({
      facts: { lines: [{ sku: 'TABLE', requested: 4, available: 3 }] },
    });
    await put('o1', { TABLE: 3 }, ['ams']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['3 of ams-1'] });
  });

  it('comes from the first place that can meet all of it', async () => {
    await buy('TABLE', 'ams-1', 10);
    await buy('TABLE', 'rtm-1', 10);
    await buy('CHAIR', 'ams-2', 1);
    await buy('CHAIR', 'rtm-2', 10);
    await put('o1', { TABLE: 1, CHAIR: 2 }, ['ams', 'rtm']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['1 of rtm-1'], CHAIR: ['2 of rtm-2'] });
    await put('o2', { TABLE: 1, CHAIR: 1 }, ['ams', 'rtm']);
    expect(orders.claimsOf('o2')).toEqual({ TABLE: ['1 of ams-1'], CHAIR: ['1 of ams-2'] });
  });

  it('comes from several places, each line by their order, if none can meet all of it', async () => {
    await buy('TABLE', 'ams-1', 10);
    await buy('TABLE', 'rtm-1', 10);
    await buy('CHAIR', 'rtm-2', 10);
    await buy('LAMP', 'ams-3', 10);
    await put('o1', { TABLE: 1, CHAIR: 1, LAMP: 1 }, ['rtm', 'ams']);
    expect(orders.claimsOf('o1')).toEqual({
      ...{ TABLE: ['1 of rtm-1'], CHAIR: ['1 of rtm-2'], LAMP: ['1 of ams-3'] },
    });
  });

  it('takes a place that comes first even if another has the units earlier', async () => {
    await buy('TABLE', 'ams-1', 10, FAR);
    await buy('TABLE', 'rtm-1', 10);
    await put('o1', { TABLE: 1 }, ['ams', 'rtm']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['1 of ams-1'] });
  });

  it('is refused if the sum of its places would do, but no place does', async () => {
    await buy('TABLE', 'ams-1', 3);
    await buy('TABLE', 'rtm-1', 4);
    expect(await put('o1', { TABLE: 6 }, ['ams', 'rtm'])).toMatchObject({
      facts: { lines: [{ requested: 6, available: 4 }] },
    });
    await put('o1', { TABLE: { quantity: 6, split: true } }, ['ams', 'rtm']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['3 of ams-1', '3 of rtm-1'] });
  });

  it('splits a line over several places only if none holds it', async () => {
    await buy('TABLE', 'ams-1', 3);
    await buy('TABLE', 'ams-2', 3, FAR);
    await buy('TABLE', 'rtm-1', 4);
    await put('o1', { TABLE: { quantity: 6, split: true } }, ['rtm', 'ams']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['3 of ams-1', '3 of ams-2'] });
  });

  it('keeps its batch if its place is still allowed, and leaves it otherwise', async () => {
    await buy('TABLE', 'ams-1', 10);
    await buy('TABLE', 'rtm-1', 10);
    await put('o1', { TABLE: 2 }, ['rtm']);
    await put('o1', { TABLE: 3 }, ['ams', 'rtm']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['3 of rtm-1'] });
    await put('o1', { TABLE: 3 }, ['ams']);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['3 of ams-1'] });
    await put('o1', { TABLE: 3 }, null);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['3 of ams-1'] });
  });

  it('remembers its places if nothing else changes', async () => {
    await buy('TABLE', 'ams-1', 10);
    await buy('TABLE', 'rtm-1', 10);
    await put('o1', { TABLE: 2 }, null);
    await put('o1', { TABLE: 2 }, ['ams']);
    await shrink('TABLE', 'ams-1', 0);
    expect(orders.claimsOf('o1')).toEqual({});
  });

  it('moves within its places when a batch shrinks', async () => {
    await buy('TABLE', 'ams-1', 10);
    await buy('TABLE', 'main-1', 10);
    await buy('TABLE', 'rtm-1', 10, FAR);
    await put('o1', { TABLE: 2 }, ['ams', 'rtm']);
    await shrink('TABLE', 'ams-1', 0);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of rtm-1'] });
  });

  it('waits for units at its places', async () => {
    await buy('TABLE', 'ams-1', 1);
    await put('o1', { TABLE: 2 }, ['ams', 'rtm'], { whenShort: 'backorder' });
    await buy('TABLE', 'main-1', 10);
    expect(orders.claimsOf('o1')).toEqual({});
    await buy('TABLE', 'rtm-1', 10);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of rtm-1'] });
  });

  it('waits for units at other places once it may come from them', async () => {
    await buy('TABLE', 'ams-1', 1);
    await put('o1', { TABLE: 2 }, ['ams'], { whenShort: 'backorder' });
    await put('o1', { TABLE: 2 }, ['rtm'], { whenShort: 'backorder' });
    await buy('TABLE', 'ams-2', 10);
    expect(orders.claimsOf('o1')).toEqual({});
    await buy('TABLE', 'rtm-1', 10);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of rtm-1'] });
  });

  it('waits at its new places for what it was asked for, if it cannot be what it is asked for now', async () => {
    await buy('TABLE', 'ams-1', 1);
    await put('o1', { TABLE: 2 }, ['ams'], { whenShort: 'backorder' });
    await buy('CHAIR', 'rtm-2', 1);
    await put('o1', { TABLE: 9, CHAIR: 1 }, ['rtm'], { whenShort: 'skip' });
    await buy('TABLE', 'ams-2', 10);
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['1 of rtm-2'] });
    await buy('TABLE', 'rtm-1', 10);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of rtm-1'], CHAIR: ['1 of rtm-2'] });
  });

  it('gets at once what it waits for, if its new places have that', async () => {
    await buy('TABLE', 'ams-1', 1);
    await buy('TABLE', 'rtm-1', 5);
    await buy('CHAIR', 'rtm-2', 1);
    await put('o1', { TABLE: 2 }, ['ams'], { whenShort: 'backorder' });
    await put('o1', { TABLE: 9, CHAIR: 1 }, ['rtm'], { whenShort: 'skip' });
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of rtm-1'], CHAIR: ['1 of rtm-2'] });
    expect(orders.queueOf('TABLE')).toEqual([]);
  });

  it('is firm in all of its lines, also in one that stays where it is since its new places have none', async () => {
    await buy('TABLE', 'ams-1', 2);
    await buy('CHAIR', 'rtm-1', 2);
    await put('o1', { TABLE: 2, CHAIR: 1 }, null, { expiresInSeconds: 60 });
    await put('o1', { TABLE: 2, CHAIR: 1 }, ['rtm'], { whenShort: 'skip', priority: 9 });
    orders.later(61);
    await orders.find('o1');
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of ams-1'], CHAIR: ['1 of rtm-1'] });
    const [table] = orders.stock.linesOf('o1').filter(({ sku }) => sku === 'TABLE');
    expect(table!.line.terms).toMatchObject({ expiresAt: null, priority: 9, locations: ['rtm'] });
  });

  it('is claimed again at its places when it is confirmed too late', async () => {
    await buy('TABLE', 'ams-1', 2);
    await buy('TABLE', 'main-1', 2);
    await buy('TABLE', 'rtm-1', 2, FAR);
    await put('o1', { TABLE: 2 }, ['ams', 'rtm'], { expiresInSeconds: 60 });
    orders.later(61);
    await put('o2', { TABLE: 2 }, ['ams']);
    await orders.confirm('o1');
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of rtm-1'] });
  });

  it('gets one more line at its places', async () => {
    await buy('TABLE', 'ams-1', 2);
    await buy('CHAIR', 'main-1', 2);
    await buy('CHAIR', 'ams-2', 2, FAR);
    await put('o1', { TABLE: 1 }, ['ams']);
    await orders.add('o1', { CHAIR: 1 });
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['1 of ams-1'], CHAIR: ['1 of ams-2'] });
  });
});
