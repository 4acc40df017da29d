import { beforeEach, describe, expect, it } from '@jest/globals';
import { OrderLine, PLAIN_TERMS, type LineTerms } from '../../src/allocation/domain/order-line.js';
import { promisedAt, withPromise } from '../../src/allocation/domain/promised-date.js';
import { inbound, onHand, Standing } from './product.fixture.js';

const sku = 'TABLE';
const line = (orderId: string, quantity: number) => ({ orderId, sku, quantity });
const promised = (table: Standing, orderId: string) => table.product.lineOf(orderId)?.promisedDate;

/** Amends the line of an order, as its order does. */
function amend(table: Standing, orderId: string, quantity: number, terms: Partial<LineTerms> = {}): void {
  const wanted = new OrderLine({ ...line(orderId, quantity), terms: { ...PLAIN_TERMS, ...terms } });
  const plan = table.product.plan(wanted);
  if (!('places' in plan)) throw new Error('The line does not fit.');
  table.product.carryOut(plan);
}

describe('Rule 7b: a line keeps the date that it was promised first', () => {
  let table: Standing;
  beforeEach(() => {
    table = Standing.with(sku, inbound('b1', 10, '2027-01-01'), inbound('b2', 20, '2027-02-01'));
    table.product.allocate(line('order-1', 4));
    table.reload();
  });

  const slip = (reference: string, eta: string | null) => {
    table.product.supply.reschedule(reference, eta);
    return table.events;
  };

  it('when its batch slips, and slips back', () => {
    slip('b1', '2027-03-01');
    expect(promised(table, 'order-1')).toBe('2027-01-01');
    table.reload();
    slip('b1', '2027-01-01');
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
  });

  it('and a line that is promised after a slip has the date of then', () => {
    slip('b1', '2027-01-15');
    table.reload().product.allocate(line('order-2', 4));
    table.reload();
    slip('b1', '2027-01-20');
    table.reload().product.allocate(line('order-3', 2));
    table.reload();
    slip('b1', '2027-01-10');
    table.reload();
    expect(['order-1', 'order-2', 'order-3'].map((orderId) => promised(table, orderId))).toEqual([
      '2027-01-01',
      '2027-01-15',
      '2027-01-20',
    ]);
  });

  it('when its batch shrinks and it moves', () => {
    table.product.supply.changeQuantity('b1', 3);
    expect(table.claims).toEqual({ b2: ['order-1'] });
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
    slip('b2', '2027-02-15');
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
  });

  it('when it is amended in its place, and when it has to move for that', () => {
    slip('b1', '2027-01-15');
    table.reload();
    amend(table, 'order-1', 5);
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
    amend(table, 'order-1', 15);
    expect(table.claims).toEqual({ b2: ['order-1'] });
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
  });

  it('when it moves to stock on hand, and back to a batch that comes', () => {
    table.product.supply.addBatch({ reference: 'b0', quantity: 4, eta: null });
    table.reload().product.supply.changeQuantity('b1', 0);
    expect(table.claims).toEqual({ b0: ['order-1'] });
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
    table.product.supply.changeQuantity('b0', 0);
    expect(table.claims).toEqual({ b2: ['order-1'] });
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
  });

  it('when its batch arrives, even if it has not come after all', () => {
    expect(slip('b1', null)).toEqual([]);
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
    slip('b1', '2027-03-01');
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
  });

  it('which is at once for a line from stock on hand, wherever it moves', () => {
    table = Standing.with(sku, onHand('b0', 4).holding(['order-1', 4]), inbound('b2', 20, '2027-02-01'));
    table.product.supply.changeQuantity('b0', 0);
    expect(table.claims).toEqual({ b2: ['order-1'] });
    expect(promised(table.reload(), 'order-1')).toBeNull();
  });

  it('which is at once for a line from a batch that has not come after all', () => {
    table = Standing.with(sku, onHand('b0', 4).holding(['order-1', 4]));
    slip('b0', '2027-03-01');
    expect(promised(table.reload(), 'order-1')).toBeNull();
  });

  it('which is the last date of a line from several batches, whichever comes last later', () => {
    amend(table, 'order-1', 25, { split: true });
    table.product.allocate(line('order-2', 3));
    amend(table, 'order-3', 2, { split: true });
    table.reload();
    slip('b1', '2027-05-01');
    expect(promised(table.reload(), 'order-1')).toBe('2027-01-01');
    table.product.deallocate('order-1');
    table.reload();
    amend(table, 'order-4', 25, { split: true });
    expect(promised(table.reload(), 'order-4')).toBe('2027-05-01');
    slip('b1', '2027-01-01');
    expect(promised(table.reload(), 'order-4')).toBe('2027-05-01');
  });

  it('and a batch without lines has no promise to keep', () => {
    table.product.deallocate('order-1');
    table.reload();
    expect(slip('b1', '2027-03-01')).toEqual([]);
    expect(table.state.batches.find(({ reference }) => reference === 'b1')).not.toHaveProperty('earlier');
    table.reload().product.allocate(line('order-1', 15));
    expect(promised(table.reload(), 'order-1')).toBe('2027-02-01');
  });
});

describe('A batch with lines that gets another date', () => {
  it('publishes one event for all of its lines, and changes no line', () => {
    const table = Standing.with(
      sku,
      inbound('b1', 10, '2027-01-01').holding(['order-1', 4], ['order-2', 3], ['order-3', 1]),
    );
    table.product.supply.reschedule('b1', '2027-03-01');
    expect(table.events).toEqual([
      {
        type: 'PromisesChanged',
        version: 1,
        key: sku,
        data: {
          ...{ sku, batchReference: 'b1', previousEta: '2027-01-01', eta: '2027-03-01' },
          ...{ lines: 3, units: 8, orderIds: ['order-1', 'order-2', 'order-3'], productVersion: 8 },
        },
      },
    ]);
    expect(table.product.changes).toMatchObject({
      lines: [],
      goneOrderIds: [],
      batches: [{ reference: 'b1' }],
    });
  });

  it('publishes another event when it slips back, and one when it has not come after all', () => {
    const table = Standing.with(sku, onHand('b1', 10).holding(['order-1', 4]));
    table.product.supply.reschedule('b1', '2027-03-01');
    table.product.supply.reschedule('b1', '2027-02-01');
    expect(table.events).toMatchObject([
      { type: 'PromisesChanged', data: { previousEta: null, eta: '2027-03-01' } },
      { type: 'PromisesChanged', data: { previousEta: '2027-03-01', eta: '2027-02-01' } },
    ]);
  });

  it('publishes nothing if it has arrived, or if the date is the same', () => {
    const table = Standing.with(sku, inbound('b1', 10, '2027-01-01').holding(['order-1', 4]));
    table.product.supply.reschedule('b1', '2027-01-01');
    table.product.supply.reschedule('b1', null);
    expect(table.events).toEqual([]);
  });

  it('counts the lines that came and went in the same transaction', () => {
    const table = Standing.with(sku, inbound('b1', 10, '2027-01-01').holding(['order-1', 4], ['order-2', 3]));
    table.product.deallocate('order-1');
    table.product.supply.reschedule('b1', '2027-03-01');
    expect(table.events.at(-1)).toMatchObject({ data: { lines: 1, units: 3 } });
  });
});

describe('What a batch has promised', () => {
  const eta = '2027-03-01';
  it('is its date if it never had another one', () => {
    expect(promisedAt(1, { eta })).toBe(eta);
  });

  it('is kept in one entry for all lines up to a place', () => {
    const once = withPromise([], { upTo: 5, eta: null });
    const twice = withPromise(once, { upTo: 9, eta: '2027-01-01' });
    expect(twice).toEqual([
      { upTo: 5, eta: null },
      { upTo: 9, eta: '2027-01-01' },
    ]);
    expect([1, 5, 6, 9, 10].map((place) => promisedAt(place, { eta, earlier: twice }))).toEqual([
      ...[null, null, '2027-01-01', '2027-01-01', eta],
    ]);
  });

  it('needs no entry for a date under which no line was allocated', () => {
    const once = withPromise([], { upTo: 5, eta: '2027-01-01' });
    expect(withPromise(once, { upTo: 5, eta: '2027-02-01' })).toBe(once);
  });

  it('has one entry for the same date twice in a row', () => {
    const once = withPromise([], { upTo: 5, eta: '2027-01-01' });
    expect(withPromise(once, { upTo: 7, eta: '2027-01-01' })).toEqual([{ upTo: 7, eta: '2027-01-01' }]);
  });
});
