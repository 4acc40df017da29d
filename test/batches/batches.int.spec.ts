import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchesModule } from '../../src/batches/batches.module.js';
import { ChangeBatch } from '../../src/batches/commands/change-batch.js';
import { RegisterBatch } from '../../src/batches/commands/register-batch.js';
import { RegisterBatches } from '../../src/batches/commands/register-batches.js';
import { RepeatedBatch } from '../../src/batches/domain/errors.js';
import { FindBatch } from '../../src/batches/queries/find-batch.js';
import type { Application } from '../support/application.js';
import { startFeature } from '../support/feature.js';
import { answers, nothingElseTold, refused, scenario, told } from '../support/scenario.js';

describe('batches, while nobody listens', () => {
  let batches: Application;
  beforeAll(async () => {
    batches = await startFeature(BatchesModule);
  });
  afterAll(() => batches.close());

  const register = (reference: string, quantity = 10) =>
    new RegisterBatch(reference, { sku: 'TABLE', quantity, eta: '2027-01-31' });

  it('are registered and told', () =>
    scenario(batches)
      .when(register('PO-1'))
      .then(
        told('BatchRegistered', { batchReference: 'PO-1', sku: 'TABLE', quantity: 10, eta: '2027-01-31' }),
        nothingElseTold(),
        answers(new FindBatch('PO-1'), { quantity: 10, eta: '2027-01-31', version: 1 }),
      ));

  it('are told once, however often they are registered', () =>
    scenario(batches)
      .given(register('PO-2'))
      .when(register('PO-2'), register('PO-2'))
      .then(nothingElseTold()));

  it('are refused under a reference that stands for something else', () =>
    scenario(batches)
      .given(register('PO-3'))
      .when(register('PO-3', 11))
      .then(refused('batch-conflict', { reference: 'PO-3' }), nothingElseTold()));

  it('tell of a new quantity and a new date with what they were before, as one version', () =>
    scenario(batches)
      .given(register('PO-4'))
      .when(new ChangeBatch('PO-4', { quantity: 6, eta: null }))
      .then(
        told('BatchRescheduled', { batchReference: 'PO-4', eta: null, previousEta: '2027-01-31' }),
        told('BatchQuantityChanged', { batchReference: 'PO-4', quantity: 6, previousQuantity: 10 }),
        nothingElseTold(),
        answers(new FindBatch('PO-4'), { quantity: 6, eta: null, version: 2 }),
      ));

  it('are refused if a call for many has their reference already, whether it says the same or not', async () => {
    const batch = { reference: 'PO-5', sku: 'TABLE', quantity: 10, eta: null };
    const results = await batches.execute(new RegisterBatches([batch, batch, { ...batch, quantity: 11 }]));
    expect(results).toEqual([
      expect.objectContaining({ isNew: true }),
      expect.any(RepeatedBatch),
      expect.any(RepeatedBatch),
    ]);
    expect(await batches.execute(new RegisterBatches([batch]))).toMatchObject([{ isNew: false }]);
  });

  it('are refused where there is nothing to change', () =>
    scenario(batches)
      .when(new ChangeBatch('PO-9', { quantity: 6 }))
      .then(refused('unknown-batch', { reference: 'PO-9' }), nothingElseTold()));
});
