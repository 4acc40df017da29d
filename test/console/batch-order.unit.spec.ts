import { describe, expect, it } from '@jest/globals';
import { inOrderOfChoice } from '../../console/src/data/batch-order.js';

const batch = (reference: string, eta: string | null, bestBefore: string | null = null) => ({
  reference,
  eta,
  bestBefore,
});
const sorted = (...args: Parameters<typeof inOrderOfChoice>) =>
  inOrderOfChoice(...args).map(({ reference }) => reference);

describe('The order in which batches are chosen', () => {
  it('has stock on hand first, then the earliest date, then the reference', () => {
    const batches = [
      batch('PO-4', '2027-02-01'),
      batch('PO-3', '2027-01-01'),
      batch('PO-2', null),
      batch('PO-1', null),
    ];
    expect(sorted(batches, 'eta')).toEqual(['PO-1', 'PO-2', 'PO-3', 'PO-4']);
  });

  it('has those of a day that expire first before the others, if the policy says so', () => {
    const batches = [
      batch('PO-1', null),
      batch('PO-2', null, '2027-06-30'),
      batch('PO-3', null, '2027-03-31'),
      batch('PO-4', '2027-01-01', '2027-01-31'),
    ];
    expect(sorted(batches, 'fefo')).toEqual(['PO-3', 'PO-2', 'PO-1', 'PO-4']);
  });
});
