import { describe, expect, it } from '@jest/globals';
import { type Batch } from '../../src/batches/domain/batch.js';
import { BatchConflict, ReferenceOfOtherSku, UnknownBatch } from '../../src/batches/domain/errors.js';
import { InvalidCode } from '../../src/vocabulary/code.js';
import { InvalidDay } from '../../src/vocabulary/eta.js';
import { InvalidQuantity } from '../../src/vocabulary/quantity.js';
import { VersionMismatch } from '../../src/kernel/domain/errors.js';
import { aBatch, anUnknownBatch, PLAIN } from './batch.fixture.js';

const tables = { sku: 'SMALL-TABLE', quantity: 100, eta: '2027-01-01' };

/** What happened to the batch since it was loaded, in the words of its events. */
const told = (batch: Batch) => [...batch.events].map(({ type, data }) => ({ type, ...data }));

describe('Batch.register', () => {
  it('publishes the registration with the SKU as its key', () => {
    const batch = anUnknownBatch('PO-1');
    expect(batch.register(tables)).toBe(true);
    expect([...batch.events]).toEqual([
      {
        type: 'BatchRegistered',
        version: 1,
        key: 'SMALL-TABLE',
        data: { batchReference: 'PO-1', ...tables },
      },
    ]);
    expect(batch.snapshot()).toEqual({ reference: 'PO-1', ...tables, ...PLAIN, version: 1 });
  });

  it('changes nothing if the same was registered before', () => {
    const batch = aBatch('PO-1', tables);
    expect(batch.register({ ...tables })).toBe(false);
    expect([batch.revision, batch.version]).toEqual([0, 1]);
  });

  it('recognises the same registration after the batch has changed', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 3, eta: null });
    expect(batch.register(tables)).toBe(false);
    expect(batch.snapshot()).toMatchObject({ quantity: 3, eta: null });
  });

  it.each([
    ['SKU', { sku: 'LARGE-TABLE' }],
    ['quantity', { quantity: 99 }],
    ['date', { eta: '2027-01-02' }],
    ['date, on hand instead of inbound,', { eta: null }],
  ])('rejects another %s as a conflict, and changes nothing', (_what, other) => {
    const batch = aBatch('PO-1', tables);
    const register = () => batch.register({ ...tables, ...other });
    expect(register).toThrow(BatchConflict);
    expect(register).toThrow(expect.objectContaining({ facts: { reference: 'PO-1' } }));
    expect(batch.revision).toBe(0);
  });

  it('rejects a registration that equals the changed batch as a conflict', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 3 });
    expect(() => batch.register({ ...tables, quantity: 3 })).toThrow(BatchConflict);
  });
});

describe('Batch.change of where it is', () => {
  const milk = { sku: 'MILK', quantity: 5, eta: null };

  it('publishes the move with both places, before what else changes', () => {
    const batch = aBatch('PO-1', milk);
    batch.change({ quantity: 4, blocked: true, location: 'attic' });
    const moved = { batchReference: 'PO-1', sku: 'MILK', location: 'attic' };
    expect(told(batch)).toEqual([
      { type: 'BatchMoved', ...moved, previousLocation: 'main' },
      { type: 'BatchLotChanged', ...moved, bestBefore: null, blocked: true },
      expect.objectContaining({ type: 'BatchQuantityChanged' }),
    ]);
    expect([batch.snapshot().location, batch.version]).toEqual(['attic', 2]);
  });

  it('changes nothing if it is there already', () => {
    const batch = aBatch('PO-1', { ...milk, location: 'attic' });
    batch.change({ location: 'attic' });
    expect(batch.revision).toBe(0);
  });

  it('rejects a place that cannot be one, and then changes nothing', () => {
    const batch = aBatch('PO-1', milk);
    expect(() => batch.change({ quantity: 4, location: ' ' })).toThrow(InvalidCode);
    expect(batch.revision).toBe(0);
  });

  it('leaves it where it was registered for those who register it again', () => {
    const batch = aBatch('PO-1', { ...milk, location: 'cellar' });
    batch.change({ location: 'attic' });
    batch.change({ location: 'main' });
    expect(batch.register({ ...milk, location: 'cellar' })).toBe(false);
    for (const location of ['attic', 'main'])
      expect(() => batch.register({ ...milk, location })).toThrow(BatchConflict);
    batch.change({ location: 'cellar' });
    expect(batch.register({ ...milk, location: 'cellar' })).toBe(false);
  });
});

describe('Batch.register of a batch that is blocked', () => {
  const draft = { ...tables, blocked: true };

  it('says so in the registration, so that nobody claims from it in between', () => {
    const batch = anUnknownBatch('PO-1');
    expect(batch.register(draft)).toBe(true);
    expect(told(batch)).toEqual([{ type: 'BatchRegistered', batchReference: 'PO-1', ...draft }]);
    expect(batch.snapshot()).toMatchObject(draft);
  });

  it('recognises a batch that exists, blocked or not, and changes nothing', () => {
    const batch = aBatch('PO-1', tables);
    expect(batch.register(draft)).toBe(false);
    expect(batch.revision).toBe(0);
    expect(batch.snapshot()).toMatchObject({ blocked: false });
  });
});

describe('Batch.registerOrChange', () => {
  it('registers a batch that is new', () => {
    const batch = anUnknownBatch('PO-1');
    expect(batch.registerOrChange(tables)).toBe('registered');
    expect(told(batch)).toEqual([{ type: 'BatchRegistered', batchReference: 'PO-1', ...tables }]);
  });

  it('registers a batch without a date as on hand', () => {
    const batch = anUnknownBatch('PO-1');
    batch.registerOrChange({ sku: 'SMALL-TABLE', quantity: 1 });
    expect(batch.snapshot()).toMatchObject({ quantity: 1, eta: null });
  });

  it('changes the quantity and the date of a batch that exists', () => {
    const batch = aBatch('PO-1', tables);
    expect(batch.registerOrChange({ ...tables, quantity: 0, eta: null })).toBe('changed');
    expect(told(batch).map(({ type }) => type)).toEqual(['BatchRescheduled', 'BatchQuantityChanged']);
    expect(batch.snapshot()).toMatchObject({ quantity: 0, eta: null });
  });

  it('keeps the date if none is given', () => {
    const batch = aBatch('PO-1', tables);
    expect(batch.registerOrChange({ sku: 'SMALL-TABLE', quantity: 99 })).toBe('changed');
    expect(batch.snapshot()).toMatchObject({ quantity: 99, eta: '2027-01-01' });
  });

  it('changes nothing if the batch has these values already', () => {
    const batch = aBatch('PO-1', tables);
    expect(batch.registerOrChange(tables)).toBe('unchanged');
    expect(batch.revision).toBe(0);
  });

  it('sets a batch back to what was registered', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 3 });
    expect(batch.registerOrChange(tables)).toBe('changed');
    expect(batch.snapshot()).toMatchObject({ quantity: 100 });
  });

  it('rejects another SKU as a conflict, since a reference belongs to one', () => {
    const batch = aBatch('PO-1', tables);
    expect(() => batch.registerOrChange({ ...tables, sku: 'LAMP' })).toThrow(ReferenceOfOtherSku);
    expect(() => batch.registerOrChange({ ...tables, sku: 'LAMP' })).toThrow(
      /a reference belongs to one SKU/,
    );
    expect(batch.revision).toBe(0);
  });

  it('registers a new batch with its lot, and blocks it at once', () => {
    const batch = anUnknownBatch('PO-1');
    const lot = { location: 'rotterdam', bestBefore: '2027-06-30', supplier: 'Oak & Sons' };
    batch.registerOrChange({ ...tables, ...lot, blocked: true });
    expect(batch.snapshot()).toMatchObject({ ...tables, ...lot, blocked: true });
    expect(told(batch).map(({ type }) => type)).toEqual(['BatchRegistered']);
  });

  it('changes the lot of a batch that exists, and keeps its supplier', () => {
    const batch = aBatch('PO-1', tables);
    const lot = { location: 'rotterdam', bestBefore: '2027-06-30', blocked: true };
    expect(batch.registerOrChange({ ...tables, ...lot, supplier: 'Others' })).toBe('changed');
    expect(batch.snapshot()).toMatchObject({ ...lot, supplier: null });
    expect(batch.registerOrChange({ sku: tables.sku, quantity: tables.quantity })).toBe('unchanged');
  });

  it('rejects a new batch of 0 units', () => {
    expect(() => anUnknownBatch('PO-1').registerOrChange({ ...tables, quantity: 0 })).toThrow(UnknownBatch);
  });
});

describe('Batch.change', () => {
  it('publishes the old and the new quantity', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 0 });
    expect([...batch.events]).toEqual([
      {
        type: 'BatchQuantityChanged',
        version: 1,
        key: 'SMALL-TABLE',
        data: { batchReference: 'PO-1', sku: 'SMALL-TABLE', quantity: 0, previousQuantity: 100 },
      },
    ]);
  });

  it('publishes the old and the new date; null if the batch has arrived', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ eta: null });
    expect([...batch.events]).toEqual([
      {
        type: 'BatchRescheduled',
        version: 1,
        key: 'SMALL-TABLE',
        data: { batchReference: 'PO-1', sku: 'SMALL-TABLE', eta: null, previousEta: '2027-01-01' },
      },
    ]);
  });

  it('publishes the date before the quantity, and raises the version once for both', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 50, eta: '2027-02-01' });
    expect(told(batch)).toMatchObject([{ type: 'BatchRescheduled' }, { type: 'BatchQuantityChanged' }]);
    expect(batch.snapshot()).toEqual({
      ...PLAIN,
      reference: 'PO-1',
      sku: 'SMALL-TABLE',
      quantity: 50,
      eta: '2027-02-01',
      version: 2,
    });
  });

  it.each([
    ['the quantity that it has', { quantity: 100 }],
    ['the date that it has', { eta: '2027-01-01' }],
    ['nothing', {}],
  ])('changes nothing for %s', (_what, change) => {
    const batch = aBatch('PO-1', tables);
    batch.change(change);
    expect([batch.revision, batch.version]).toEqual([0, 1]);
  });

  it('is rejected if nothing was registered', () => {
    const batch = anUnknownBatch('PO-1');
    expect(() => batch.change({ quantity: 1 })).toThrow(UnknownBatch);
    expect(() => batch.snapshot()).toThrow(expect.objectContaining({ facts: { reference: 'PO-1' } }));
  });

  it('is done if the version is one of the expected ones', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 50 }, [7, 1]);
    expect(batch.snapshot()).toMatchObject({ quantity: 50 });
  });

  it('is rejected with both versions if another one is expected, and changes nothing', () => {
    const batch = aBatch('PO-1', tables);
    const change = () => batch.change({ quantity: 50 }, [2]);
    expect(change).toThrow(VersionMismatch);
    expect(change).toThrow(expect.objectContaining({ facts: { seen: [2], version: 1 } }));
    expect(batch.revision).toBe(0);
  });

  it('is rejected for the second of two changes in a transaction that expect the same version', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ quantity: 50 }, [1]);
    expect(() => batch.change({ quantity: 40 }, [1])).toThrow(VersionMismatch);
    expect(batch.snapshot()).toMatchObject({ quantity: 50, version: 2 });
  });
});

describe('A batch rejects', () => {
  const noUnits = [-5, 1.5, NaN, Infinity, 2_147_483_648];
  const noDays = ['2027-02-30', '0000-01-01', '', 'soon'];

  it.each([0, ...noUnits])('a registration of %s units', (quantity) => {
    expect(() => anUnknownBatch('PO-1').register({ ...tables, quantity })).toThrow(InvalidQuantity);
  });

  it.each(noUnits)('a change to %s units, with the date of the same change', (quantity) => {
    const batch = aBatch('PO-1', tables);
    expect(() => batch.change({ quantity, eta: '2027-03-01' })).toThrow(InvalidQuantity);
    expect(batch.revision).toBe(0);
  });

  it.each(noDays)('the date %j, registered or changed', (eta) => {
    expect(() => anUnknownBatch('PO-1').register({ ...tables, eta })).toThrow(InvalidDay);
    const batch = aBatch('PO-1', tables);
    expect(() => batch.change({ quantity: 1, eta })).toThrow(InvalidDay);
    expect(batch.revision).toBe(0);
  });

  it.each(['', ' a', 'a\tb', 'x'.repeat(129)])('the code %j', (code) => {
    expect(() => anUnknownBatch(code).register(tables)).toThrow(InvalidCode);
    expect(() => anUnknownBatch('PO-1').register({ ...tables, sku: code })).toThrow(InvalidCode);
  });

  it('changes of what it has handed out', () => {
    const batch = anUnknownBatch('PO-1');
    const registration = { ...tables };
    batch.register(registration);
    registration.quantity = 1;
    expect(batch.register(tables)).toBe(false);
    expect(() => Object.assign(batch.state, { quantity: 1 })).toThrow(TypeError);
  });
});

describe('Batch.followReceipt', () => {
  const receipt = { overReceived: 0, missing: 0, outstanding: 40 };
  const after = (change: Partial<typeof receipt>, quantity = 100) => {
    const batch = aBatch('PO-1', { ...tables, quantity });
    batch.followReceipt({ ...receipt, ...change });
    return batch;
  };

  it('changes nothing if only a part has come', () => {
    expect(after({}).revision).toBe(0);
  });

  it('is on hand once all has come, and publishes nothing, since the receipt is published', () => {
    const batch = after({ outstanding: 0 });
    expect(batch.snapshot()).toEqual({ reference: 'PO-1', ...tables, ...PLAIN, eta: null, version: 2 });
    expect(told(batch)).toEqual([]);
  });

  it('has what came beyond it, and not what will not come', () => {
    expect(after({ overReceived: 5 }).snapshot().quantity).toBe(105);
    expect(after({ missing: 7 }).snapshot().quantity).toBe(93);
  });

  it('never has fewer than no units, or too many, if the quantity was changed before the receipt was read', () => {
    expect(after({ missing: 7 }, 3).snapshot().quantity).toBe(0);
    expect(after({ overReceived: 5 }, 2_147_483_647).snapshot().quantity).toBe(2_147_483_647);
  });

  it('publishes what it is corrected by then, since allocation has counted both', () => {
    expect(told(after({ missing: 7 }, 3))).toMatchObject([
      { type: 'BatchQuantityChanged', previousQuantity: -4, quantity: 0 },
    ]);
  });

  it('publishes that it has arrived if it was changed before: allocation may have heard of that after the receipt', () => {
    const batch = aBatch('PO-1', tables);
    batch.change({ eta: '2027-03-03' });
    const before = told(batch).length;
    batch.followReceipt({ ...receipt, outstanding: 0 });
    expect(told(batch).slice(before)).toMatchObject([
      { type: 'BatchRescheduled', previousEta: '2027-03-03', eta: null },
    ]);
    expect(batch.snapshot().eta).toBeNull();
  });

  it('still knows the same registration', () => {
    expect(after({ outstanding: 0, missing: 1 }).register(tables)).toBe(false);
  });
});
