import { describe, expect, it } from '@jest/globals';
import { eta } from '../../src/vocabulary/eta.js';

describe('An eta', () => {
  it.each([null, '2026-09-01', '2024-02-29', '0001-01-01', '9999-12-31'])('may be %j', (value) => {
    expect(eta.isValid(value)).toBe(true);
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
    expect(eta.isValid(value)).toBe(false);
  });

  it('is null if there is no text, and otherwise the text', () => {
    expect([eta.parse(''), eta.parse('2026-09-01'), eta.parse('soon')]).toEqual([null, '2026-09-01', 'soon']);
  });

  it('is valid exactly if the calendar has that day, and its pattern agrees', () => {
    const pattern = new RegExp(eta.schema.pattern, 'u');
    const disagreements: string[] = [];
    for (let year = 0; year <= 9_999; year += 1) {
      for (let month = 0; month <= 13; month += 1) {
        const last = month === 0 || month === 13 || year === 0 ? 0 : daysOf(year, month);
        for (const day of [0, 1, 28, 29, 30, 31, 32]) {
          const [y, m, d] = [String(year).padStart(4, '0'), pad(month), pad(day)];
          const text = `${y}-${m}-${d}`;
          const isDay = day >= 1 && day <= last;
          if (eta.isValid(text) !== isDay || pattern.test(text) !== isDay) disagreements.push(text);
        }
      }
    }
    expect(disagreements).toEqual([]);
    expect(['10000-01-01', '02026-01-01', '2026-01-01\n'].filter((text) => pattern.test(text))).toEqual([]);
  });
});

const pad = (number: number) => String(number).padStart(2, '0');

function daysOf(year: number, month: number): number {
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month, 0);
  return midnight.getUTCDate();
}
