import { describe, expect, it } from '@jest/globals';
import { Calendar } from '../../../src/kernel/lifecycle/calendar.js';

describe('the calendar', () => {
  it.each([
    ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-31'],
    ['UTC', '2027-01-01T00:00:00Z', '2027-01-01'],
    ['Europe/Amsterdam', '2026-12-31T23:00:00Z', '2027-01-01'],
    ['America/Los_Angeles', '2027-01-01T07:59:59Z', '2026-12-31'],
    ['Asia/Kathmandu', '2026-06-01T18:15:00Z', '2026-06-02'],
    ['Pacific/Kiritimati', '2026-06-01T10:00:00Z', '2026-06-02'],
  ])('has the day of the time zone: %s at %s', (zone, instant, day) => {
    expect(new Calendar(zone, () => new Date(instant)).today).toBe(day);
  });

  it('turns to the next day at midnight of the time zone, also in the night of summer time', () => {
    let now = new Date('2026-03-28T22:59:59Z');
    const calendar = new Calendar('Europe/Amsterdam', () => now);
    expect(calendar.today).toBe('2026-03-28');
    now = new Date('2026-03-28T23:00:00Z');
    expect(calendar.today).toBe('2026-03-29');
    now = new Date('2026-03-29T21:59:59Z');
    expect(calendar.today).toBe('2026-03-29');
    now = new Date('2026-03-29T22:00:00Z');
    expect(calendar.today).toBe('2026-03-30');
  });
});
