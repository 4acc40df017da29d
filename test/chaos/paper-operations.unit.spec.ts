import { describe, expect, it } from '@jest/globals';
import { batchModel, type BatchOperation } from '../../tools/chaos/batch-model.js';
import type { Recorded } from '../../tools/chaos/clients.js';
import { checkLinearizable } from '../../tools/chaos/linearizable.js';
import { checkCauses, heardByPaper, heardByProduct } from '../../tools/chaos/paper-operations.js';
import { DONE } from '../../tools/chaos/product-state.js';
import { logged } from './logged.js';

const reference = 'S';
const [END, LATER] = [100_000, 5_000];
const CHANGED = logged(
  'BatchQuantityChanged',
  { batchReference: reference, previousQuantity: 8, quantity: 3 },
  { correlationId: 'c1', at: 20 },
);
const CAME = logged(
  'BatchReceived',
  { batchReference: reference, overReceived: 2, missing: 0, outstanding: 0 },
  { correlationId: 'c2', at: 20 },
);

function changed(traceId: string, invokedAt: number, status: number | null): Recorded {
  const reply = status === null ? null : { status, body: null };
  const call = { ask: 'change', reference, sku: 'CHAIR', to: { quantity: 3 } } as const;
  return { call, traceId, invokedAt, returnedAt: invokedAt + 30, reply };
}

const bySku = (...calls: readonly Recorded[]) =>
  heardByProduct([CHANGED], calls, END).map(({ operation }) => operation);

describe('What a product hears of its batches', () => {
  it('is the difference, no later than the answer of the call (rule 9)', () => {
    const [operation] = bySku(changed('c1', 10, 200));
    expect(operation).toMatchObject({
      call: { ask: 'resize', reference, by: -5 },
      ...{ answer: DONE, invokedAt: 10, returnedAt: 40 },
    });
  });

  it('is only a correction if a receipt and a change have crossed', () => {
    const data = { batchReference: reference, previousQuantity: -2, quantity: 0 };
    const [{ operation } = {}] = heardByProduct([logged('BatchQuantityChanged', data)], [], END);
    expect(operation).toMatchObject({ call: { ask: 'correct', reference, by: 2 } });
  });

  it('is heard of at any time if the call was not answered', () => {
    expect(bySku(changed('c1', 10, null))).toMatchObject([{ invokedAt: 10, returnedAt: END }]);
  });

  it('is heard of before a later call about the batch is answered', () => {
    const calls = [changed('c1', 10, null), changed('c2', LATER, 200)];
    expect(bySku(...calls)).toMatchObject([{ returnedAt: LATER + 30 }]);
  });

  it('is in the order of the log, but for a registration: that is heard of at once', () => {
    const registered = logged(
      'BatchRegistered',
      { batchReference: 'T', quantity: 1 },
      { correlationId: 'c2' },
    );
    const [first, added, second] = heardByProduct([CHANGED, registered, CHANGED], [], END);
    expect(added).toMatchObject({ operation: { call: { ask: 'add', reference: 'T' } } });
    expect(added?.operation.after).toBeUndefined();
    expect(second?.operation.after).toBe(first?.operation);
  });

  it('is found wrong if no call has asked for it', () => {
    expect(checkCauses([CHANGED], [changed('c1', 10, null)])).toEqual([]);
    expect(checkCauses([CHANGED], [changed('c2', 10, 200)])).toHaveLength(1);
  });
});

describe('The history of a batch whose goods come', () => {
  const times = (invokedAt: number) => ({ invokedAt, returnedAt: invokedAt + 5 });
  const register: BatchOperation = {
    call: { ask: 'register', quantity: 8, eta: '2027-03-01' },
    answer: 'new',
    ...times(0),
  };
  const show = (quantity: number, eta: string | null, at = END + 1): BatchOperation => ({
    call: { ask: 'show' },
    answer: { quantity, eta },
    ...times(at),
  });
  const isLinearizable = (...shown: readonly BatchOperation[]) =>
    checkLinearizable(batchModel, [register, ...heardByPaper([CAME], [], END).get(reference)!, ...shown])
      .isLinearizable;

  it('is refused if the paper never follows', () => {
    expect(isLinearizable(show(10, null))).toBe(true);
    expect(isLinearizable(show(8, '2027-03-01'))).toBe(false);
  });

  it('is refused if the paper follows and goes back', () => {
    expect(isLinearizable(show(8, '2027-03-01', 500), show(10, null, 600))).toBe(true);
    expect(isLinearizable(show(10, null, 500), show(8, '2027-03-01', 600))).toBe(false);
  });
});
