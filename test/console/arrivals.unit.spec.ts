import { describe, expect, it } from '@jest/globals';
import { arrivalsOf } from '../../console/src/data/arrivals.js';

const batch = (eta: string | null, inbound: number, part = {}) => ({
  eta,
  inbound,
  overdue: false,
  available: inbound,
  onHand: 0,
  claimed: 0,
  ...part,
});

describe('The arrivals', () => {
  it('have a column for every day up to the last one', () => {
    const { by, items } = arrivalsOf([
      batch('2027-01-01', 5),
      batch('2027-01-03', 2),
      batch('2027-01-03', 4),
    ]);
    expect(by).toBe('day');
    expect(items.map(({ date, units, batches }) => [date, units, batches])).toEqual([
      ['2027-01-01', 5, 1],
      ['2027-01-02', 0, 0],
      ['2027-01-03', 6, 2],
    ]);
  });

  it('are by week, from Monday on, if they take long', () => {
    const { by, items } = arrivalsOf([batch('2027-01-07', 5), batch('2027-03-01', 2)]);
    expect(by).toBe('week');
    expect(items[0]).toMatchObject({ date: '2027-01-04', units: 5 });
    expect(items.at(-1)).toMatchObject({ date: '2027-03-01', units: 2 });
  });

  it('leave out weeks in which nothing comes if there are too many, e.g. because a date is wrong', () => {
    const { by, items } = arrivalsOf([batch('2027-01-07', 5), batch('9999-12-31', 2)]);
    expect(by).toBe('week');
    expect(items.map(({ date, units }) => [date, units])).toEqual([
      ['2027-01-04', 5],
      ['9999-12-27', 2],
    ]);
  });

  it('begin with what is overdue', () => {
    const { items } = arrivalsOf([batch('2027-01-07', 5), batch('2026-12-01', 3, { overdue: true })]);
    expect(items.map(({ date, units }) => [date, units])).toEqual([
      [null, 3],
      ['2027-01-07', 5],
    ]);
  });

  it('leave out what is on hand', () => {
    expect(arrivalsOf([batch(null, 0)]).items).toEqual([]);
  });

  it('count as free what nobody claims and has not come yet', () => {
    const part = { onHand: 4, claimed: 3, available: 6 };
    expect(arrivalsOf([batch('2027-01-07', 5, part)]).items[0]).toMatchObject({ units: 5, free: 5 });
  });
});
