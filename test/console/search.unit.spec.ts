import { describe, expect, it } from '@jest/globals';
import { parseSearch, SEARCH, stringifySearch } from '../../console/src/app/search.js';

describe('An address of the console', () => {
  it.each(['', 'abc', '0', '-1', '1.5', '1e3', '007', '[1]', '9007199254740992', 'Infinity', ' 7', 'NaN'])(
    'opens no event if it names %j as its position',
    (value) => {
      const query = new URLSearchParams({ event: value, at: value }).toString();
      expect(SEARCH.events(parseSearch(query))).toMatchObject({ event: undefined, at: undefined });
    },
  );

  it('opens the event at a position, also when it is read from what was read before', () => {
    const read = SEARCH.events(parseSearch('?event=7&at=9007199254740991'));
    expect(read).toMatchObject({ event: 7, at: 9_007_199_254_740_991 });
    expect(SEARCH.events(read)).toEqual(read);
  });

  it('has each parameter of its page that it names wrongly as undefined, so that what it says does not get through', () => {
    expect(Object.keys(SEARCH.orders({ state: 'nobody' }))).toEqual(['state', 'sku', 'channel', 'place']);
    for (const state of ['nobody', 'toString', '', '[]'])
      expect(SEARCH.orders({ state }).state).toBeUndefined();
    expect(SEARCH.movements({ kind: 'lost' }).kind).toBeUndefined();
    expect(SEARCH.promises({ late: 'maybe', by: 'week' })).toMatchObject({ late: undefined, by: undefined });
    expect(SEARCH.notifications({ state: 'read' }).state).toBeUndefined();
    expect(SEARCH.products({ only: 'long' }).only).toBeUndefined();
  });

  it('filters by the words that its page knows', () => {
    expect(SEARCH.orders({ state: 'partly-shipped' }).state).toBe('partly-shipped');
    expect(SEARCH.movements({ kind: 'shipment-cancelled' }).kind).toBe('shipment-cancelled');
    expect(SEARCH.promises({ late: 'false', by: 'supplier' })).toMatchObject({
      late: 'false',
      by: 'supplier',
    });
    expect(SEARCH.notifications({ state: 'pending' }).state).toBe('pending');
    expect(SEARCH.products({ only: 'short' }).only).toBe('short');
  });

  it.each(['true', 'null', '1e3', '12345678901234567890', '007', '{"a":1}', '"A"', 'a b+c&d=é'])(
    'means the SKU %s by it, and nothing else',
    (sku) => {
      const address = stringifySearch({ sku, state: undefined });
      expect(address).not.toContain('state');
      expect(SEARCH.orders(parseSearch(address)).sku).toBe(sku);
    },
  );

  it.each(['', '  '])('filters by no SKU if it says %j', (sku) => {
    expect(SEARCH.batches({ sku }).sku).toBeUndefined();
  });

  it('filters by a SKU without the blanks around it', () => {
    expect(SEARCH.backorders({ sku: ' DESK ' }).sku).toBe('DESK');
  });

  it('has no question mark if it says nothing', () => {
    expect(stringifySearch({ sku: undefined })).toBe('');
  });
});
