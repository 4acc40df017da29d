import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { BatchesEvent } from '../../../src/batches/contract/batches.contract.js';
import { Batch, registeredAs, type BatchChange } from '../../../src/batches/domain/batch.js';
import { inbound, Standing, type TestBatch } from '../../allocation/product.fixture.js';
import { expectSame } from '../../allocation/product.stack.js';

const SKU = 'TABLE';
const eta = fc.constantFrom(null, '2097-01-09', '2097-01-10', '2097-01-11');
const units = fc.integer({ min: 1, max: 5 });

/** Up to three batches, each with lines that it can hold. */
const batches: fc.Arbitrary<TestBatch[]> = fc
  .array(fc.record({ eta, lines: fc.array(units, { maxLength: 5 }), free: fc.integer({ min: 0, max: 6 }) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((drawn) =>
    drawn.map(({ eta, lines, free }, i) => {
      const quantity = lines.reduce((sum, each) => sum + each, free);
      const named = lines.map((each, j) => [`o${i}-${j}`, each] as const);
      return inbound(`b${i}`, quantity, eta).holding(...named);
    }),
  );

describe('A change of the quantity and the date of a batch', () => {
  it('in one call leaves every line where it is after a call for the date and a call for the quantity', () => {
    const change = fc.record({ quantity: fc.integer({ min: 0, max: 20 }), eta });
    fc.assert(
      fc.property(batches, change, fc.boolean(), (stock, { quantity, eta }, isReadTogether) => {
        const inOneCall = decisionsOn(stock, [{ quantity, eta }], isReadTogether);
        expectSame(inOneCall, decisionsOn(stock, [{ eta }, { quantity }], false));
      }),
      { numRuns: 2_000 },
    );
  });
});

/**
 * What becomes of the product when the calls change its first batch.
 * @param isReadTogether whether allocation reads the events of a call in one transaction or each in its own
 */
function decisionsOn(stock: readonly TestBatch[], calls: readonly BatchChange[], isReadTogether: boolean) {
  const product = Standing.with(SKU, ...stock);
  const { reference, quantity, eta } = stock[0]!;
  const registered = { sku: SKU, quantity, eta };
  let state = registeredAs(reference, registered, 1);
  const told: object[] = [];
  const note = () => {
    told.push(...product.events.map(({ type, data: { productVersion: _, ...data } }) => ({ type, data })));
    product.reload();
  };
  for (const call of calls) {
    const batch = new Batch(reference, state);
    batch.change(call);
    for (const event of batch.events) {
      apply(product, event);
      if (!isReadTogether) note();
    }
    note();
    state = batch.state;
  }
  const { batches, lines, lastSequence } = product.state;
  return { batches, lines, lastSequence, told };
}

function apply({ product }: Standing, { type, data }: BatchesEvent): void {
  if (type === 'BatchQuantityChanged') product.supply.changeQuantity(data.batchReference, data.quantity);
  if (type === 'BatchRescheduled') product.supply.reschedule(data.batchReference, data.eta);
}
