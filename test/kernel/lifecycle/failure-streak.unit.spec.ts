import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { FailureStreak } from '../../../src/kernel/lifecycle/failure-streak.js';

let told: string[];
beforeEach(() => {
  told = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((words) => void told.push(String(words)));
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('An outage', () => {
  it('is told to the log once, when it has lasted for five failures', () => {
    const outage = new FailureStreak(new Logger('test'));
    for (let failures = 1; failures < 5; failures++) outage.failed(new Error('away'));
    expect(told).toEqual([]);
    for (let failures = 5; failures < 20; failures++) outage.failed(new Error('away'));
    expect(told).toEqual(['cannot go on, will keep trying: Error: away']);
  });

  it('is told anew after it was over in between', () => {
    const outage = new FailureStreak(new Logger('test'), 'cannot read');
    for (const times of [4, 5]) {
      for (let failures = 0; failures < times; failures++) outage.failed('no');
      outage.recovered();
    }
    expect(told).toEqual(['cannot read, will keep trying: no']);
  });

  it('makes the pauses longer, up to a second, and begins anew after it was over', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const outage = new FailureStreak(new Logger('test'));
    const pauses = Array.from({ length: 10 }, () => outage.failed('no'));
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
    outage.recovered();
    expect(outage.failed('no')).toBe(10);
  });
});
