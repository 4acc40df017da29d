import { describe, expect, it } from '@jest/globals';
import type { OrderBody } from '@earmark/client';
import { outcomesOf } from '../../console/src/pages/orders/line-outcome.js';

const claims = [{ batchReference: 'batch-1', location: 'main', quantity: 2, eta: null }];
const line = (sku: string, state: string, change: object = {}) => ({
  sku,
  state,
  claims: [],
  expectedDate: null,
  overdue: false,
  ...change,
});
const answered = (...lines: readonly object[]) => ({ body: { lines } as unknown as OrderBody });

describe('What a line would get', () => {
  it('is its units, a place in the queue, or nothing, as the service answers', () => {
    const refusal = { requested: 5, available: 1, earliest: null };
    const outcomes = outcomesOf(
      answered(
        line('CHAIR', 'allocated', { claims }),
        line('TABLE', 'backordered'),
        line('LAMP', 'refused', { refusal }),
        line('RUG', 'shipped'),
      ),
      ['CHAIR', 'TABLE', 'LAMP', 'RUG', 'SOFA'],
    );
    expect(Object.fromEntries(outcomes)).toEqual({
      CHAIR: { kind: 'gets', claims, expectedDate: null, overdue: false },
      TABLE: { kind: 'waits' },
      LAMP: { kind: 'left-out', shortfall: refusal },
      RUG: { kind: 'has-left' },
      SOFA: { kind: 'left-out', shortfall: null },
    });
  });

  it('of a refused order is what could be had instead, or that it would have fitted', () => {
    const problem = {
      type: 'urn:earmark:problem:out-of-stock',
      title: 'Out of stock',
      detail: '',
      lines: [{ sku: 'TABLE', requested: 5, available: 1, earliest: '2027-01-31' }],
    };
    expect(Object.fromEntries(outcomesOf({ problem }, ['CHAIR', 'TABLE']))).toEqual({
      CHAIR: { kind: 'fits' },
      TABLE: { kind: 'refused', shortfall: { requested: 5, available: 1, earliest: '2027-01-31' } },
    });
  });

  it('is nothing of a SKU that nobody has registered', () => {
    const problem = { type: 'urn:earmark:problem:unknown-sku', title: '', detail: '', sku: 'TABEL' };
    expect(Object.fromEntries(outcomesOf({ problem }, ['CHAIR', 'TABEL']))).toEqual({
      TABEL: { kind: 'unknown-sku' },
    });
  });
});
