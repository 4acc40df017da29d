import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { backOff } from '../../../src/kernel/lifecycle/back-off.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the back-off', () => {
  const waits = (...limits: [number?, number?]) =>
    Array.from({ length: 10 }, (_, attempt) => backOff(attempt, ...limits));

  it('doubles from 5 ms up to a second', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    expect(waits()).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  });

  it('is shortened by up to a half by chance', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    expect(waits(10)).toEqual([5, 10, 20, 40, 80, 160, 320, 500, 500, 500]);
  });

  it('has the bounds that it is given', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    expect(waits(100, 1_500)).toEqual([100, 200, 400, 800, ...Array<number>(6).fill(1_500)]);
  });

  it('differs from one caller to another', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => backOff(7))).size).toBeGreaterThan(1);
  });
});
