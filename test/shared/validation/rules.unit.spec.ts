import { describe, expect, it } from '@jest/globals';
import { dayOrNull, MOST_UNITS, text, wholeNumber } from '../../../src/shared/validation/rules.js';

describe('A text', () => {
  it.each(['x', 'a / b', 'x'.repeat(128), '😀'.repeat(128), '__proto__', 'é'])('may be %j', (value) => {
    expect(text.allows(value)).toBe(true);
  });

  it.each([
    '',
    ' x',
    'x ',
    'x\n',
    'a\u0000b',
    'a\u0085b',
    '\ud800',
    'x'.repeat(129),
    7,
    null,
    undefined,
    ['x'],
  ])('may not be %j', (value) => {
    expect(text.allows(value)).toBe(false);
  });
});

describe('A whole number', () => {
  const { allows } = wholeNumber({ min: 1, max: MOST_UNITS });

  it.each([1, 2, MOST_UNITS - 1, MOST_UNITS])('may be %d, between its bounds', (value) => {
    expect(allows(value)).toBe(true);
  });

  it.each([0, -1, MOST_UNITS + 1, 1.5, NaN, Infinity, '1', null, undefined, true, [1]])(
    'may not be %p',
    (value) => {
      expect(allows(value)).toBe(false);
    },
  );

  it('may be no more than numbers of JSON carry exactly, whatever the bound', () => {
    expect(wholeNumber({ min: 0, max: Infinity }).allows(Number.MAX_SAFE_INTEGER + 1)).toBe(false);
  });
});

describe('A day', () => {
  it.each([null, '2026-09-01', '2024-02-29', '0001-01-01', '9999-12-31'])('may be %j', (value) => {
    expect(dayOrNull.allows(value)).toBe(true);
  });

  it.each([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '0000-01-01',
    '2026-9-1',
    '2026-09-01T00:00:00Z',
    ' 2026-09-01',
    '+002026-09-01',
    '',
    20_260_901,
    undefined,
    ['2026-09-01'],
  ])('may not be %j', (value) => {
    expect(dayOrNull.allows(value)).toBe(false);
  });
});
