import { describe, expect, it } from '@jest/globals';
import { stepsOf } from '../../console/src/pages/products/timeline-steps.js';

const row = (date: string | null, receipts: number, cumulative: number, overdue = false) => ({
  date,
  overdue,
  receipts,
  claims: 0,
  available: receipts,
  cumulative,
});
const NOW = new Date(2027, 0, 1, 12).getTime();

describe('The steps of a time line', () => {
  it('are as far from each other as their days', () => {
    const { steps, most } = stepsOf(
      [row(null, 5, 5), row('2027-01-03', 4, 9), row('2027-01-11', 1, 10)],
      NOW,
    );
    expect(steps.map(({ day }) => day)).toEqual([0, 2, 10]);
    expect(most).toBe(10);
  });

  it('count from the day of the reader, also shortly before midnight', () => {
    const late = new Date(2027, 0, 1, 23, 59).getTime();
    expect(stepsOf([row('2027-01-01', 5, 5), row('2027-01-02', 4, 9)], late).steps).toMatchObject([
      { day: 0 },
      { day: 1 },
    ]);
  });

  it('leave out units that are overdue, which have no day', () => {
    const { steps, overdue } = stepsOf([row(null, 5, 5), row(null, 3, 8, true)], NOW);
    expect(steps).toHaveLength(1);
    expect(overdue).toMatchObject({ receipts: 3 });
  });
});
