import { describe, expect, it } from '@jest/globals';
import type { PromisedLineBody } from '@earmark/client';
import { latenessOf } from '../../console/src/data/lateness.js';
import { groupsOf } from '../../console/src/pages/promises/late-groups.js';

const TODAY = '2027-01-10';

const late = (orderId: string, change: Partial<PromisedLineBody> = {}): PromisedLineBody => ({
  orderId,
  sku: 'CHAIR',
  quantity: 2,
  claims: [{ batchReference: 'batch-1', quantity: 2, eta: '2027-01-20' }],
  promisedDate: '2027-01-15',
  expectedDate: '2027-01-20',
  overdue: false,
  neededBy: null,
  late: true,
  ...change,
});

describe('How late a line is', () => {
  it('counts from the day that was promised, or that it is needed by if that is earlier', () => {
    expect(latenessOf(late('a'), TODAY)).toEqual({ due: '2027-01-15', days: 5, isAtLeast: false });
    const needed = late('a', { neededBy: '2027-01-12' });
    expect(latenessOf(needed, TODAY)).toEqual({ due: '2027-01-12', days: 8, isAtLeast: false });
  });

  it('is a least number of days if it was promised at once, or nobody knows when it comes', () => {
    const atOnce = late('a', { promisedDate: null });
    expect(latenessOf(atOnce, TODAY)).toEqual({ due: null, days: 10, isAtLeast: true });
    const overdue = late('a', { promisedDate: '2027-01-07', expectedDate: null, overdue: true });
    expect(latenessOf(overdue, TODAY)).toEqual({ due: '2027-01-07', days: 3, isAtLeast: true });
  });
});

describe('Late lines', () => {
  const nobody = () => null;

  it('stand by order, the latest first', () => {
    const groups = groupsOf([late('a'), late('b', { expectedDate: '2027-02-15' })], 'order', TODAY, nobody);
    expect(groups.map(({ name, worst, units }) => [name, worst, units])).toEqual([
      ['b', 31, 2],
      ['a', 5, 2],
    ]);
  });

  it('stand by the batch for which they wait longest, and not by those that come before', () => {
    const split = late('a', {
      claims: [
        { batchReference: 'early', quantity: 1, eta: null },
        { batchReference: 'last', quantity: 1, eta: '2027-01-20' },
      ],
    });
    expect(groupsOf([split], 'batch', TODAY, nobody).map(({ name }) => name)).toEqual(['last']);
  });

  it('stand by the batch that is overdue, also if another one is to come later', () => {
    const split = late('a', {
      overdue: true,
      expectedDate: null,
      claims: [
        { batchReference: 'overdue', quantity: 1, eta: '2027-01-08' },
        { batchReference: 'last', quantity: 1, eta: '2027-01-20' },
      ],
    });
    expect(groupsOf([split], 'batch', TODAY, nobody).map(({ name }) => name)).toEqual(['overdue']);
  });

  it('stand by supplier, those of batches without one together', () => {
    const lines = [
      late('a'),
      late('b', { claims: [{ batchReference: 'batch-2', quantity: 2, eta: '2027-01-20' }] }),
      late('c', { claims: [{ batchReference: 'batch-3', quantity: 2, eta: '2027-01-20' }] }),
    ];
    const groups = groupsOf(lines, 'supplier', TODAY, (reference) =>
      reference === 'batch-3' ? null : 'Woodworks',
    );
    expect(groups.map(({ name, lines }) => [name, lines.map(({ orderId }) => orderId)])).toEqual([
      ['Woodworks', ['a', 'b']],
      [null, ['c']],
    ]);
  });
});
