import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes } from '../../../src/kernel/domain/compare-bytes.js';

describe('byte order', () => {
  it('puts digits before capitals before small letters before all the rest', () => {
    const codes = ['é', 'b', 'a', 'B', '10', '9', 'ab', ''];
    expect(codes.sort(compareBytes)).toEqual(['', '10', '9', 'B', 'a', 'ab', 'b', 'é']);
  });

  it('is not the order of UTF-16', () => {
    const [tilde, heap] = ['\uFF5E', '\u{1F4A9}'] as const;
    expect([tilde, heap].sort()).toEqual([heap, tilde]);
    expect(compareBytes(tilde, heap)).toBe(-1);
  });

  it.each([
    ['\uD000', '\uE000'],
    ['\uD7FF', '\uE000'],
    ['\uE000', '\u{10000}'],
    ['\uFFFF', '\u{10000}'],
    ['\u{10000}', '\u{10FFFF}'],
  ])('puts what is written with one unit before what takes two: %s, %s', (first, second) => {
    expect([compareBytes(first, second), compareBytes(second, first)]).toEqual([-1, 1]);
  });

  it('is the order of code points', () => {
    const points = (text: string) =>
      [...text].map((sign) => sign.codePointAt(0)!.toString(16).padStart(6, '0'));
    const wellFormed = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const [pointsOfA, pointsOfB] = [points(a).join(''), points(b).join('')];
        const expected = pointsOfA === pointsOfB ? 0 : pointsOfA < pointsOfB ? -1 : 1;
        expect(compareBytes(a, b)).toBe(expected);
      }),
    );
  });
});
