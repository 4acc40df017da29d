import { describe, expect, it } from '@jest/globals';
import { MOST_UNITS, quantity, quantityOrZero } from '../../src/vocabulary/quantity.js';
import { wholeNumber } from '../../src/vocabulary/value.js';

describe('A whole number', () => {
  const { isValid } = wholeNumber({ min: 2, max: 9 });

  it.each([2, 3, 8, 9])('is valid between its bounds: %d', (value) => {
    expect(isValid(value)).toBe(true);
  });

  it.each([1, 10, -2, 2.5, NaN, Infinity, '2', null, undefined, true, [2]])('is never %p', (value) => {
    expect(isValid(value)).toBe(false);
  });

  it('is never larger than JSON numbers carry exactly, whatever its bound', () => {
    expect(wholeNumber().isValid(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(wholeNumber({ max: Infinity }).isValid(Number.MAX_SAFE_INTEGER + 1)).toBe(false);
  });

  it.each([
    ['0', 0],
    ['12', 12],
    ['007', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('is read from digits: %s', (text, number) => {
    expect(wholeNumber().parse(text)).toBe(number);
  });

  it.each(['', '-1', '+1', '1.5', '1e3', '0x10', '９', '1 ', 'x1', '9007199254740992'])(
    'is not read from %j',
    (text) => {
      const value = wholeNumber();
      expect(value.isValid(value.parse(text))).toBe(false);
    },
  );
});

describe('A quantity', () => {
  it('is from 1, or from 0 if a batch may be left with none, to the most units that are stored', () => {
    const tried = [-1, 0, 1, MOST_UNITS, MOST_UNITS + 1];
    expect(tried.filter(quantity.isValid)).toEqual([1, MOST_UNITS]);
    expect(tried.filter(quantityOrZero.isValid)).toEqual([0, 1, MOST_UNITS]);
  });
});
