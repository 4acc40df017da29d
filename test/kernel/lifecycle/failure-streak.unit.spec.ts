import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { FailureStreak } from '../../../src/kernel/lifecycle/failure-streak.js';

let logged: string[];
beforeEach(() => {
  logged = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((words) => void logged.push(String(words)));
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a streak of failures', () => {
  it('is logged once, at its fifth failure', () => {
    const streak = new FailureStreak(new Logger('test'), 'Cannot read');
    for (let failures = 1; failures < 5; failures++) streak.failed(new Error('away'));
    expect(logged).toEqual([]);
    for (let failures = 5; failures < 20; failures++) streak.failed(new Error('away'));
    expect(logged).toEqual(['Cannot read, retrying: away']);
  });

  it('starts again after a success', () => {
    const streak = new FailureStreak(new Logger('test'), 'Cannot read');
    for (const times of [4, 5]) {
      for (let failures = 0; failures < times; failures++) streak.failed('no');
      streak.recovered();
    }
    expect(logged).toEqual(['Cannot read, retrying: no']);
  });

  it('has longer and longer pauses, up to a second, until a success', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const streak = new FailureStreak(new Logger('test'), 'Cannot read');
    const pauses = Array.from({ length: 10 }, () => streak.failed('no'));
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
    streak.recovered();
    expect(streak.failed('no')).toBe(10);
  });
});
