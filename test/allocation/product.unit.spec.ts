import { describe, expect, it } from '@jest/globals';
import {
  AllocationConflict,
  ForeignLine,
  OutOfStock,
  UnknownAllocation,
  UnknownSku,
} from '../../src/allocation/domain/errors.js';
import { leavingOrder } from '../../src/allocation/domain/allocated-line.js';
import { NotLoaded } from '../../src/allocation/domain/not-loaded.js';
import { OrderLine, PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import type { Allocated } from '../../src/allocation/domain/outcomes.js';
import type { Product } from '../../src/allocation/domain/product.js';
import { Batch, OverAllocated } from '../../src/allocation/domain/batch.js';
import { InvalidCode } from '../../src/vocabulary/code.js';
import { InvalidDay } from '../../src/vocabulary/eta.js';
import { InvalidQuantity } from '../../src/vocabulary/quantity.js';
import { aNewProduct, aProduct, inbound, onHand, only, Standing } from './product.fixture.js';

const sku = 'SMALL-TABLE';
const aTable = aProduct(sku);
const line = (orderId: string, quantity: number) => ({ orderId, sku, quantity });
const split = (orderId: string, quantity: number) => ({
  ...line(orderId, quantity),
  terms: { ...PLAIN_TERMS, split: true },
});

/** The batch that a line of this quantity is given. */
function batchFor(quantity: number, product: Product): string {
  return (product.allocate(line('asking', quantity)) as Allocated).allocation.batchReference;
}

/** What a refused call must leave behind: nothing. */
function untouched(product: Product): boolean {
  return product.revision === 0 && product.events.length === 0;
}

describe('Rule 1: an order line gets all of its units from one batch, or none', () => {
  it('a line claims its quantity from the batch', () => {
    const table = Standing.with(sku, onHand('b1', 20));
    expect(table.product.allocate(line('order-1', 2))).toEqual({
      isNew: true,
      allocation: { ...line('order-1', 2), batchReference: 'b1', eta: null, sequence: 1 },
    });
    expect(table.state.batches).toEqual([{ reference: 'b1', eta: null, quantity: 20, allocated: 2 }]);
  });

  it('a line is not split over two batches that could hold it together', () => {
    const table = aTable.with(onHand('b1', 5), onHand('b2', 5));
    expect(table.allocate(line('order-1', 6))).toBeInstanceOf(OutOfStock);
  });

  it('an allocation is published', () => {
    const table = aTable.with(inbound('b1', 20, '2027-01-01'));
    table.allocate(line('order-1', 2));
    expect([...table.events]).toEqual([
      {
        type: 'LineAllocated',
        version: 1,
        key: sku,
        subject: 'order-1',
        data: {
          ...line('order-1', 2),
          batchReference: 'b1',
          eta: '2027-01-01',
          productVersion: table.version + 1,
        },
      },
    ]);
  });
});

describe('Rule 2: what is claimed from a batch never exceeds its quantity', () => {
  it('the last units can be claimed', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 8]));
    expect(batchFor(2, table)).toBe('b1');
  });

  it('one unit more cannot be claimed', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 8]));
    expect(table.allocate(line('order-2', 3))).toBeInstanceOf(OutOfStock);
  });

  it('earlier lines of the same transaction count', () => {
    const table = aTable.with(onHand('b1', 10));
    const asked = [4, 4, 4].map((quantity, i) => table.allocate(line(`order-${i}`, quantity)));
    expect(asked.map((answer) => answer instanceof OutOfStock)).toEqual([false, false, true]);
  });

  it('units that were given back can be claimed again', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 10]));
    table.deallocate('order-1');
    expect(batchFor(10, table)).toBe('b1');
  });
});

describe('Rule 3: stock on hand comes first, then the earliest date, then the reference in byte order', () => {
  it('prefers on-hand stock to a shipment', () => {
    const table = aTable.with(inbound('b1', 10, '2000-01-01'), onHand('b2', 10));
    expect(batchFor(1, table)).toBe('b2');
  });

  it('takes the earliest shipment', () => {
    const table = aTable.with(inbound('b1', 10, '2027-01-10'), inbound('b2', 10, '2027-01-09'));
    expect(batchFor(1, table)).toBe('b2');
  });

  it('takes the first reference in byte order among equal dates', () => {
    const table = aTable.with(onHand('b2', 10), onHand('b1', 10), onHand('B3', 10));
    expect(batchFor(1, table)).toBe('B3');
  });

  it('compares the bytes of UTF-8, as the database does, and not of UTF-16', () => {
    const [first, second] = ['batch-\uFF5E', 'batch-\u{1F4A9}'] as const;
    expect(second < first).toBe(true);
    expect(batchFor(1, aTable.with(onHand(second, 10), onHand(first, 10)))).toBe(first);
    const shipments = [inbound(second, 10, '2027-01-01'), inbound(first, 10, '2027-01-01')];
    expect(batchFor(1, aTable.with(...shipments))).toBe(first);
  });

  it('passes over a batch that cannot hold the whole line', () => {
    const table = aTable.with(onHand('b1', 3), inbound('b2', 10, '2027-01-01'));
    expect(batchFor(4, table)).toBe('b2');
    expect(batchFor(3, aTable.with(onHand('b1', 3), inbound('b2', 10, '2027-01-01')))).toBe('b1');
  });

  it('passes over a batch that is full', () => {
    const table = aTable.with(onHand('b1', 3).holding(['order-1', 3]), inbound('b2', 10, '2027-01-01'));
    expect(batchFor(1, table)).toBe('b2');
  });

  it('uses a batch that was added in the same transaction', () => {
    const table = aTable.with(inbound('b1', 10, '2027-01-01'));
    table.supply.addBatch({ reference: 'b2', quantity: 5, eta: null });
    expect(batchFor(5, table)).toBe('b2');
  });

  it('goes by the current dates', () => {
    const table = aTable.with(inbound('b1', 10, '2027-01-01'), inbound('b2', 10, '2027-01-02'));
    table.supply.reschedule('b1', '2027-01-03');
    expect(batchFor(1, table)).toBe('b2');
  });

  it('prefers a shipment once it has arrived', () => {
    const table = aTable.with(onHand('b2', 10), inbound('b1', 10, '2027-01-02'));
    table.supply.reschedule('b1', null);
    expect(batchFor(1, table)).toBe('b1');
  });
});

describe('Rule 4: the same line again gets the allocation it has; another quantity is a conflict', () => {
  it('a repeated line keeps its allocation and changes nothing, though a better batch has room', () => {
    const shipment = inbound('b2', 10, '2027-01-01').holding(['order-1', 4]);
    const table = aTable.with(onHand('b1', 10), shipment);
    expect(table.allocate(line('order-1', 4))).toEqual({
      isNew: false,
      allocation: { ...line('order-1', 4), batchReference: 'b2', eta: '2027-01-01', sequence: 1 },
    });
    expect(untouched(table)).toBe(true);
  });

  it('a repeated line keeps its allocation though nothing is left', () => {
    const table = aTable.with(onHand('b1', 4).holding(['order-1', 4]));
    expect(table.allocate(line('order-1', 4))).toMatchObject({ allocation: { batchReference: 'b1' } });
  });

  it('another quantity is a conflict that names the facts and changes nothing', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    expect(thrownBy(() => table.allocate(line('order-1', 5)))).toEqual(
      new AllocationConflict(line('order-1', 5), 4),
    );
    expect(new AllocationConflict(line('order-1', 5), 4)).toMatchObject({
      code: 'allocation-conflict',
      facts: { orderId: 'order-1', sku, requested: 5, allocated: 4 },
    });
    expect(untouched(table)).toBe(true);
  });

  it('another quantity is a conflict even if no batch could hold it', () => {
    const table = aTable.with(onHand('b1', 4).holding(['order-1', 4]));
    expect(() => table.allocate(line('order-1', 99))).toThrow(AllocationConflict);
  });

  it('an order that has given its line back may ask for another quantity', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    table.deallocate('order-1');
    expect(table.allocate(line('order-1', 5))).toMatchObject({ allocation: { quantity: 5 } });
  });
});

describe('Rule 5: a line that no batch can hold is refused, changes nothing and is reported as out of stock', () => {
  it('the refusal says what the largest batch has left', () => {
    const table = aTable.with(onHand('b1', 4), inbound('b2', 9, '2027-01-01').holding(['order-1', 4]));
    expect(table.allocate(line('order-2', 6))).toMatchObject({
      code: 'out-of-stock',
      facts: { sku, requested: 6, available: 5 },
    });
  });

  it('a refusal changes nothing, not even the version', () => {
    const table = aTable.with(onHand('b1', 4));
    table.allocate(line('order-1', 5));
    expect(table.revision).toBe(0);
    expect(table.holds('order-1')).toBe(false);
    expect([...table.events]).toMatchObject([
      { type: 'OutOfStock', data: { productVersion: table.version } },
    ]);
  });

  it('refusals of one transaction share one event that counts them', () => {
    const table = aTable.with(onHand('b1', 4));
    table.allocate(line('order-1', 5));
    table.allocate(line('order-2', 3));
    table.allocate(line('order-3', 2));
    expect([...table.events]).toMatchObject([
      {
        type: 'OutOfStock',
        version: 1,
        key: sku,
        data: { sku, refusals: 2, units: 7, available: 1, productVersion: table.version + 1 },
      },
      { type: 'LineAllocated', data: { orderId: 'order-2' } },
    ]);
  });

  it('a refusal in another transaction has its own event', () => {
    const table = Standing.with(sku, onHand('b1', 4));
    table.product.allocate(line('order-1', 5));
    table.reload().product.allocate(line('order-1', 5));
    expect(table.events).toMatchObject([{ type: 'OutOfStock', data: { refusals: 1 } }]);
  });

  it('a SKU that was never registered is unknown and not out of stock', () => {
    const unheardOf = aNewProduct(sku);
    expect(thrownBy(() => unheardOf.allocate(line('order-1', 1)))).toMatchObject({
      name: UnknownSku.name,
      code: 'unknown-sku',
      facts: { sku },
    });
    expect(untouched(unheardOf)).toBe(true);
  });

  it('a SKU whose batches are all claimed is out of stock and not unknown', () => {
    const table = aProduct(sku, only({ hasOrder: () => true })).with();
    expect(table.allocate(line('order-1', 1))).toMatchObject({ facts: { available: 0 } });
  });
});

describe('Rule 6: when a batch shrinks, the newest lines leave it and are placed again, the oldest first', () => {
  it('lines that still fit stay', () => {
    const table = aTable.with(onHand('b1', 20).holding(['order-1', 10]));
    table.supply.changeQuantity('b1', 10);
    expect(table.events).toHaveLength(0);
    expect(table.changes).toMatchObject({ batches: [{ quantity: 10, allocated: 10 }], lines: [] });
  });

  it('no more lines leave than have to, the newest first', () => {
    const table = Standing.with(
      sku,
      onHand('b1', 10).holding(['first', 4], ['second', 3], ['third', 3]),
      inbound('b2', 10, '2027-01-01'),
    );
    table.product.supply.changeQuantity('b1', 8);
    expect(table.claims).toEqual({ b1: ['first', 'second'], b2: ['third'] });
    table.reload().product.supply.changeQuantity('b1', 6);
    expect(table.claims).toEqual({ b1: ['first'], b2: ['second', 'third'] });
  });

  it('each move is published, the oldest line first', () => {
    const table = aTable.with(
      onHand('b1', 10).holding(['first', 5], ['second', 5]),
      inbound('b2', 5, '2027-01-01'),
      inbound('b3', 5, '2027-01-02'),
    );
    table.supply.changeQuantity('b1', 1);
    const passedOver = [{ batchReference: 'b1', reason: 'too-small' }];
    const moved = { sku, quantity: 5, previousBatchReference: 'b1', reason: 'batch-shrunk', passedOver };
    expect([...table.events].map(({ data }) => data)).toEqual([
      { ...moved, orderId: 'first', batchReference: 'b2', eta: '2027-01-01', productVersion: 8 },
      { ...moved, orderId: 'second', batchReference: 'b3', eta: '2027-01-02', productVersion: 8 },
    ]);
    expect([...table.events].map(({ type }) => type)).toEqual(['LineReallocated', 'LineReallocated']);
  });

  it('lines leave by the order of allocation and not by their arrival in the batch', () => {
    const table = Standing.with(
      sku,
      onHand('b1', 5).holding(['early', 5]),
      onHand('b2', 10).holding(['late', 5]),
      inbound('b3', 10, '2027-01-01'),
    );
    table.product.supply.changeQuantity('b1', 0);
    expect(table.claims).toEqual({ b2: ['early', 'late'] });
    table.reload().product.supply.changeQuantity('b2', 5);
    expect(table.claims).toEqual({ b2: ['early'], b3: ['late'] });
  });

  it('a line that moves keeps its place in the order of allocation', () => {
    const table = Standing.with(sku, onHand('b1', 5).holding(['order-1', 5]), onHand('b2', 9));
    table.product.supply.changeQuantity('b1', 4);
    expect(table.state.lines).toEqual([
      { orderId: 'order-1', quantity: 5, batchReference: 'b2', sequence: 1 },
    ]);
    expect(table.state.lastSequence).toBe(1);
  });

  it('a line is placed by rule 3 in any batch, also in its old one', () => {
    const table = Standing.with(
      sku,
      onHand('b1', 10).holding(['large', 7], ['small', 2]),
      inbound('b2', 10, '2027-01-01'),
    );
    table.product.supply.changeQuantity('b1', 3);
    expect(table.claims).toEqual({ b1: ['small'], b2: ['large'] });
  });

  it('a line that returns to its batch is not published as moved', () => {
    const table = aTable.with(
      onHand('b1', 10).holding(['large', 7], ['small', 2]),
      inbound('b2', 10, '2027-01-01'),
    );
    table.supply.changeQuantity('b1', 3);
    expect([...table.events]).toMatchObject([{ type: 'LineReallocated', data: { orderId: 'large' } }]);
  });

  it('a line that fits nowhere is deallocated, and OutOfStock is published', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 6], ['order-2', 4]), onHand('b2', 3));
    table.supply.changeQuantity('b1', 9);
    expect([...table.events]).toEqual([
      {
        type: 'LineDeallocated',
        version: 1,
        key: sku,
        subject: 'order-2',
        data: { ...line('order-2', 4), batchReference: 'b1', reason: 'batch-shrunk', productVersion: 8 },
      },
      {
        type: 'OutOfStock',
        version: 1,
        key: sku,
        data: { sku, refusals: 1, units: 4, available: 3, productVersion: 8 },
      },
    ]);
    expect(table.holds('order-2')).toBe(false);
    expect(table.changes.goneOrderIds).toEqual(['order-2']);
  });

  it('an older, smaller line finds room though a newer, larger one is deallocated', () => {
    const table = Standing.with(sku, onHand('b1', 9).holding(['older', 2], ['newer', 7]), onHand('b2', 2));
    table.product.supply.changeQuantity('b1', 1);
    expect(table.claims).toEqual({ b2: ['older'] });
    expect(table.events.map(({ type }) => type)).toEqual([
      'LineReallocated',
      'LineDeallocated',
      'OutOfStock',
    ]);
  });

  it('the older of two lines gets the last room', () => {
    const table = Standing.with(sku, onHand('b1', 10).holding(['o1', 5], ['o2', 5]), onHand('b2', 5));
    table.product.supply.changeQuantity('b1', 0);
    expect(table.claims).toEqual({ b2: ['o1'] });
    expect(table.events).toMatchObject([
      { type: 'LineReallocated', data: { orderId: 'o1', batchReference: 'b2' } },
      { type: 'LineDeallocated', data: { orderId: 'o2', batchReference: 'b1' } },
      { type: 'OutOfStock', data: { refusals: 1, units: 5, available: 0 } },
    ]);
  });

  it('the older of two lines gets the room that is left in their own batch', () => {
    const table = Standing.with(sku, onHand('b1', 9).holding(['o1', 4], ['o2', 2], ['o3', 3]));
    table.product.supply.changeQuantity('b1', 3);
    expect(table.claims).toEqual({ b1: ['o2'] });
  });

  it('deallocated lines are counted in one OutOfStock event', () => {
    const table = aTable.with(onHand('b1', 9).holding(['order-1', 2], ['order-2', 7]));
    table.supply.changeQuantity('b1', 0);
    const refused = [...table.events].filter(({ type }) => type === 'OutOfStock');
    expect(refused).toMatchObject([{ data: { refusals: 2, units: 9, available: 0 } }]);
  });

  it('all lines leave a batch that shrinks to 0', () => {
    const table = Standing.with(
      sku,
      onHand('b1', 10).holding(['order-1', 6], ['order-2', 4]),
      onHand('b2', 10),
    );
    table.product.supply.changeQuantity('b1', 0);
    expect(table.claims).toEqual({ b2: ['order-1', 'order-2'] });
    expect(table.state.batches).toContainEqual({ reference: 'b1', eta: null, quantity: 0, allocated: 0 });
  });

  it('a batch that grows has more available and moves no line', () => {
    const table = aTable.with(onHand('b1', 4).holding(['order-1', 4]));
    table.supply.changeQuantity('b1', 10);
    expect(table.events).toHaveLength(0);
    expect(batchFor(6, table)).toBe('b1');
  });

  it('the same quantity again changes nothing', () => {
    const table = aTable.with(onHand('b1', 4).holding(['order-1', 4]));
    table.supply.changeQuantity('b1', 4);
    expect(untouched(table)).toBe(true);
  });

  it('a line of the same transaction can leave as well', () => {
    const table = Standing.with(sku, onHand('b1', 10).holding(['before', 5]));
    table.product.allocate(line('just now', 5));
    table.product.supply.changeQuantity('b1', 5);
    expect(table.claims).toEqual({ b1: ['before'] });
  });
});

describe('Rule 7: a new date moves no line, but every allocation shows it', () => {
  it('a line stays on a shipment that is late, though there is a better batch', () => {
    const table = Standing.with(
      sku,
      inbound('b1', 10, '2027-01-01').holding(['order-1', 4]),
      inbound('b2', 10, '2027-01-02'),
    );
    table.product.supply.reschedule('b1', '2027-06-01');
    expect(table.claims).toEqual({ b1: ['order-1'] });
    expect(table.events).toMatchObject([{ type: 'PromisesChanged' }]);
  });

  it('an allocation shows the new date', () => {
    const table = aTable.with(inbound('b1', 10, '2027-01-01').holding(['order-1', 4]));
    table.supply.reschedule('b1', '2027-06-01');
    expect(table.allocate(line('order-1', 4))).toMatchObject({ allocation: { eta: '2027-06-01' } });
  });

  it('an allocation shows that its batch has arrived', () => {
    const table = aTable.with(inbound('b1', 10, '2027-01-01').holding(['order-1', 4]));
    table.supply.reschedule('b1', null);
    expect(table.allocate(line('order-1', 4))).toMatchObject({ allocation: { eta: null } });
  });

  it('the same date again changes nothing', () => {
    const table = aTable.with(inbound('b1', 10, '2027-01-01'));
    table.supply.reschedule('b1', '2027-01-01');
    expect(untouched(table)).toBe(true);
  });
});

describe('Rule 8: a transaction that changes a product raises its version by exactly one', () => {
  const changes: Record<string, (table: Product) => unknown> = {
    'an allocation': (table) => table.allocate(line('order-2', 1)),
    'a deallocation': (table) => table.deallocate('order-1'),
    'a new batch': (table) => table.supply.addBatch({ reference: 'b2', quantity: 1, eta: null }),
    'a batch that grows': (table) => table.supply.changeQuantity('b1', 11),
    'a batch that shrinks': (table) => table.supply.changeQuantity('b1', 1),
    'another date': (table) => table.supply.reschedule('b1', '2027-01-01'),
  };

  it.each(Object.entries(changes))('%s is a change that the store sees', (_what, change) => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    change(table);
    expect(table.revision).toBeGreaterThan(0);
    expect(table.changes.batches).not.toHaveLength(0);
  });

  it('all events of a transaction have the same version', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    table.allocate(line('order-2', 1));
    table.deallocate('order-1');
    table.supply.changeQuantity('b1', 0);
    const versions = new Set([...table.events].map(({ data }) => data.productVersion));
    expect([...versions]).toEqual([table.version + 1]);
  });
});

describe('Rule 9: once a batch is registered or changed, every allocation sees it', () => {
  it('a line can claim the first batch of a new SKU in the same transaction', () => {
    const table = aNewProduct(sku);
    table.supply.addBatch({ reference: 'b1', quantity: 10, eta: null });
    expect(batchFor(10, table)).toBe('b1');
    expect([...table.events]).toMatchObject([{ data: { productVersion: 1 } }]);
  });

  it('a second registration of the same batch changes nothing', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    table.supply.addBatch({ reference: 'b1', quantity: 99, eta: '2027-01-01' });
    expect(untouched(table)).toBe(true);
  });
});

describe('Deallocating a line', () => {
  it('publishes the line and its batch', () => {
    const table = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    table.deallocate('order-1');
    expect([...table.events]).toEqual([
      {
        type: 'LineDeallocated',
        version: 1,
        key: sku,
        subject: 'order-1',
        data: { ...line('order-1', 4), batchReference: 'b1', reason: 'cancelled', productVersion: 8 },
      },
    ]);
    expect(table.holds('order-1')).toBe(false);
  });

  it('is rejected if the order has no line, and changes nothing', () => {
    const table = aTable.with(onHand('b1', 10));
    expect(thrownBy(() => table.deallocate('order-1'))).toMatchObject({
      name: UnknownAllocation.name,
      code: 'unknown-allocation',
      facts: { orderId: 'order-1', sku },
    });
    expect(untouched(table)).toBe(true);
  });

  it('gives up its place in the order of allocation', () => {
    const table = Standing.with(sku, onHand('b1', 9).holding(['first', 3], ['second', 3]));
    table.product.deallocate('first');
    table.product.allocate(line('first', 3));
    expect(table.claims).toEqual({ b1: ['second', 'first'] });
  });
});

describe('A product that is loaded in part throws NotLoaded', () => {
  it('for an order that the need did not name', () => {
    const table = aProduct(sku, only({ hasOrder: (orderId) => orderId === 'named' })).with(onHand('b1', 9));
    expect(table.holds('named')).toBe(false);
    const guesses = [
      () => table.holds('another'),
      () => table.allocate(line('another', 1)),
      () => table.deallocate('another'),
    ];
    for (const guess of guesses) expect(guess).toThrow(NotLoaded);
    expect(untouched(table)).toBe(true);
  });

  it('for a batch that the need did not name', () => {
    const table = aProduct(sku, only({ hasBatch: (reference) => reference === 'named' })).with(
      onHand('open', 9),
    );
    expect(() => table.supply.addBatch({ reference: 'named', quantity: 1, eta: null })).not.toThrow();
    expect(() => table.supply.reschedule('open', '2027-01-01')).not.toThrow();
    const before = table.revision;
    const guesses = [
      () => table.supply.addBatch({ reference: 'another', quantity: 1, eta: null }),
      () => table.supply.changeQuantity('another', 1),
      () => table.supply.reschedule('another', null),
    ];
    for (const guess of guesses) expect(guess).toThrow(NotLoaded);
    expect(table.revision).toBe(before);
  });

  it('if none of the loaded batches can hold a line and there may be others', () => {
    const loaded = only({ hasOrder: () => true, hasEveryOpenBatch: false });
    const table = aProduct(sku, loaded).with(onHand('b1', 9));
    expect(() => table.allocate(line('o-1', 10))).toThrow(NotLoaded);
    const mistake = new NotLoaded('Batch b1');
    expect(String(mistake)).toBe('NotLoaded: Batch b1 was not loaded: the work must name it in its need.');
    expect(untouched(table)).toBe(true);
    expect(table.allocate(line('o-1', 9))).toMatchObject({ allocation: { batchReference: 'b1' } });
  });

  it('if a line is split over several batches and one of the same date may be missing that holds it alone', () => {
    const loaded = only({ hasOrder: () => true, hasEveryOpenBatch: false });
    const some = () =>
      aProduct(sku, loaded).with(
        onHand('b1', 3),
        inbound('b2', 3, '2027-01-09'),
        inbound('b3', 3, '2027-01-09'),
      );
    expect(() => some().allocate(split('o-1', 4))).toThrow(NotLoaded);
    expect(() => some().allocate(split('o-1', 9))).toThrow(NotLoaded);
    expect(some().allocate(split('o-1', 3))).toMatchObject({ allocation: { batchReference: 'b1' } });
    // Whatever is missing comes later than the last one that is here.
    const later = aProduct(sku, loaded).with(
      onHand('b1', 3),
      onHand('b2', 3),
      inbound('b3', 1, '2027-01-09'),
    );
    expect(later.allocate(split('o-1', 4))).toMatchObject({ allocation: { claims: [{}, {}] } });
  });

  it('if a line is needed before a batch comes that may be missing', () => {
    const loaded = only({ hasOrder: () => true, hasEveryOpenBatch: false });
    const table = aProduct(sku, loaded).with(onHand('b1', 3), inbound('b2', 3, '2027-01-09'));
    const terms = { ...PLAIN_TERMS, neededBy: '2027-01-08' };
    expect(() => table.allocate({ ...line('o-1', 4), terms })).toThrow(NotLoaded);
    expect(table.allocate({ ...line('o-1', 3), terms })).toMatchObject({
      allocation: { batchReference: 'b1' },
    });
  });

  it('if a line may come from some places only and a batch there may be missing', () => {
    const loaded = only({ hasOrder: () => true, hasEveryOpenBatch: false });
    const table = aProduct(sku, loaded).with(onHand('b1', 9));
    const terms = { ...PLAIN_TERMS, locations: ['ams', 'main'] };
    expect(() => table.allocate({ ...line('o-1', 4), terms })).toThrow(NotLoaded);
  });

  it('if a batch shrinks and too few of its newest lines were loaded', () => {
    const third = { orderId: '3rd', quantity: 3, batchReference: 'b1', sequence: 3 };
    const loaded = only({ leavingLinesUpTo: () => leavingOrder(third) });
    const table = aProduct(sku, loaded).with(onHand('b1', 9).holding(['1st', 3], ['2nd', 3], ['3rd', 3]));
    expect(() => table.supply.changeQuantity('b1', 5)).toThrow(NotLoaded);
    expect(untouched(table)).toBe(true);
    expect(() => table.supply.changeQuantity('b1', 6)).not.toThrow();
  });

  it('if a batch shrinks and a line was loaded that may not be its newest', () => {
    const table = aProduct(sku, only({ hasOrder: () => true })).with(onHand('b1', 9).holding(['known', 3]));
    expect(() => table.supply.changeQuantity('b1', 1)).toThrow(NotLoaded);
  });
});

describe('A batch that the product never had', () => {
  it('cannot be changed: a programming error', () => {
    const table = aTable.with(onHand('b1', 9));
    expect(() => table.supply.changeQuantity('b2', 1)).toThrow('has no batch b2');
    expect(() => table.supply.reschedule('b2', null)).toThrow('has no batch b2');
    expect(untouched(table)).toBe(true);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

describe('A product rejects', () => {
  const table = () => aTable.with(onHand('b1', 10).holding(['order-1', 4]));
  const noUnits = [-5, 0, 1.5, NaN, Infinity, 2_147_483_648, '4' as unknown as number];

  it.each(noUnits)('a line of %s units, and changes nothing', (quantity) => {
    const product = table();
    expect(() => product.allocate({ orderId: 'order-2', sku, quantity })).toThrow(InvalidQuantity);
    expect([product.revision, product.events.revision]).toEqual([0, 0]);
  });

  it.each(['', ' order', 'a\nb', 'x'.repeat(129), 7 as unknown as string])(
    'a line of the order %j',
    (orderId) => {
      expect(() => table().allocate({ orderId, sku, quantity: 1 })).toThrow(InvalidCode);
    },
  );

  it('a line of another SKU', () => {
    const product = table();
    expect(() => product.allocate({ orderId: 'order-2', sku: 'LAMP', quantity: 1 })).toThrow(ForeignLine);
    expect(() => product.allocate({ orderId: 'order-1', sku: 'LAMP', quantity: 4 })).toThrow(ForeignLine);
    expect(product.revision).toBe(0);
  });

  it.each(noUnits.filter((quantity) => quantity !== 0))('a batch of %s units, new or changed', (quantity) => {
    const product = table();
    expect(() => product.supply.changeQuantity('b1', quantity)).toThrow(InvalidQuantity);
    expect(() => product.supply.addBatch({ reference: 'b2', eta: null, quantity })).toThrow(InvalidQuantity);
    expect(product.revision).toBe(0);
  });

  it.each(['2027-02-30', '0000-01-01', '2027-1-1', '', 'soon', 20270101 as unknown as string])(
    'a batch with the date %j',
    (eta) => {
      const product = table();
      expect(() => product.supply.reschedule('b1', eta)).toThrow(InvalidDay);
      expect(() => product.supply.addBatch({ reference: 'b2', eta, quantity: 1 })).toThrow(InvalidDay);
      expect(product.revision).toBe(0);
    },
  );

  it('a batch without a reference', () => {
    expect(() => table().supply.addBatch({ reference: '', eta: null, quantity: 1 })).toThrow(InvalidCode);
  });

  it('a stored batch with more units allocated than it has', () => {
    const state = { reference: 'b1', eta: null, quantity: 4, allocated: 5 };
    expect(() => new Batch(state)).toThrow(OverAllocated);
    expect(() => new Batch({ ...state, allocated: -1 })).toThrow(OverAllocated);
  });

  it('changes of what it has handed out', () => {
    const product = table();
    product.supply.changeQuantity('b1', 12);
    const [batch] = product.changes.batches;
    expect(() => Object.assign(batch!, { quantity: 1 })).toThrow(TypeError);
    const line = new OrderLine({ orderId: 'order-2', sku, quantity: 1 });
    expect(() => Object.assign(line, { quantity: -1 })).toThrow(TypeError);
    expect(line.quantity).toBe(1);
  });
});

describe('A batch whose date has passed while lines wait', () => {
  const late = () => aTable.with(inbound('b1', 10, '2026-07-01').holding(['order-1', 4], ['order-2', 3]));

  it('is not published on the day itself, without lines, or if it is on hand', () => {
    const product = late();
    product.supply.noteOverdue('b1', '2026-07-01');
    const empty = aTable.with(inbound('b1', 10, '2026-07-01'));
    empty.supply.noteOverdue('b1', '2026-07-02');
    const here = aTable.with(onHand('b1', 10).holding(['order-1', 4]));
    here.supply.noteOverdue('b1', '2026-07-02');
    expect([product.revision, empty.revision, here.revision]).toEqual([0, 0, 0]);
  });

  it('is published once, and again when a new date passes', () => {
    const standing = Standing.with(sku, inbound('b1', 10, '2026-07-01').holding(['order-1', 4]));
    standing.product.supply.noteOverdue('b1', '2026-07-02');
    standing.product.supply.noteOverdue('b1', '2026-07-02');
    expect(standing.events).toHaveLength(1);
    standing.reload().product.supply.noteOverdue('b1', '2026-07-03');
    expect(standing.events).toEqual([]);
    standing.product.supply.reschedule('b1', '2026-08-01');
    standing.reload().product.supply.noteOverdue('b1', '2026-08-02');
    expect(standing.events).toMatchObject([{ type: 'BatchOverdue', data: { eta: '2026-08-01', units: 4 } }]);
  });
});
