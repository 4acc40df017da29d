import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { AllocationModule } from '../../src/allocation/allocation.module.js';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { FindOrderAllocations } from '../../src/allocation/queries/find-order-allocations.js';
import { FindProduct } from '../../src/allocation/queries/find-product.js';
import type { Application } from '../support/application.js';
import { batchQuantityChanged, batchRegistered, batchRescheduled } from '../support/contract-events.js';
import { startFeature } from '../support/feature.js';
import { answers, nothingElseTold, refused, scenario, told } from '../support/scenario.js';

describe('The feature allocation, with the events of batches', () => {
  let allocation: Application;
  beforeAll(async () => {
    allocation = await startFeature(AllocationModule);
  });
  afterAll(() => allocation.close());

  let skus = 0;
  let [sku, po1, po2] = ['', '', ''];
  beforeEach(() => {
    sku = `TABLE-${++skus}`;
    [po1, po2] = [`PO-1 of ${sku}`, `PO-2 of ${sku}`];
  });

  const allocate = (order: string, quantity: number) =>
    new AllocateLine({ orderId: `${order} of ${sku}`, sku, quantity });
  const allocationsOf = (order: string) => new FindOrderAllocations(`${order} of ${sku}`);

  it('promises a batch once it has read its registration', () =>
    scenario(allocation)
      .given(batchRegistered(po1, sku, 10, '2027-01-31'))
      .when(allocate('order-7', 4))
      .then(
        told('LineAllocated', { batchReference: po1, quantity: 4, eta: '2027-01-31', productVersion: 2 }),
        nothingElseTold(),
        answers(allocationsOf('order-7'), [{ batchReference: po1, eta: '2027-01-31' }]),
      ));

  it('rejects a SKU that has no batch', () =>
    scenario(allocation)
      .when(allocate('order-7', 4))
      .then(refused('unknown-sku', { sku }), nothingElseTold()));

  it('adds a batch once if its registration comes twice', () =>
    scenario(allocation)
      .given(batchRegistered(po1, sku, 10))
      .when(batchRegistered(po1, sku, 10))
      .then(nothingElseTold(), answers(new FindProduct(sku), { version: 1, quantity: 10 })));

  it('moves the newest lines of a batch that has shrunk, the oldest of them first', () =>
    scenario(allocation)
      .given(batchRegistered(po1, sku, 10), batchRegistered(po2, sku, 3, '2027-01-31'))
      .given(allocate('order-1', 4), allocate('order-2', 3), allocate('order-3', 2))
      .when(batchQuantityChanged(po1, sku, { from: 10, to: 4 }))
      .then(
        told('LineReallocated', { orderId: `order-2 of ${sku}`, batchReference: po2 }),
        told('LineDeallocated', { orderId: `order-3 of ${sku}`, reason: 'batch-shrunk' }),
        told('OutOfStock', { units: 2, refusals: 1 }),
        nothingElseTold(),
        answers(allocationsOf('order-1'), [{ batchReference: po1 }]),
        answers(allocationsOf('order-3'), []),
        answers(new FindProduct(sku), { version: 6, quantity: 7, allocated: 7 }),
      ));

  it('shows the new date of a batch, and moves no line', () =>
    scenario(allocation)
      .given(batchRegistered(po1, sku, 10, '2027-01-31'), batchRegistered(po2, sku, 10, '2027-02-28'))
      .given(allocate('order-7', 4))
      .when(batchRescheduled(po1, sku, { from: '2027-01-31', to: '2027-03-31' }))
      .then(
        told('PromisesChanged', {
          ...{ batchReference: po1, previousEta: '2027-01-31', eta: '2027-03-31' },
          ...{ lines: 1, units: 4 },
        }),
        nothingElseTold(),
        answers(allocationsOf('order-7'), [{ batchReference: po1, eta: '2027-03-31' }]),
      ));
});
