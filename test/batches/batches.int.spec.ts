import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchesModule } from '../../src/batches/batches.module.js';
import { ChangeBatch } from '../../src/batches/commands/change-batch.js';
import { RegisterBatch } from '../../src/batches/commands/register-batch.js';
import { RegisterBatches } from '../../src/batches/commands/register-batches.js';
import { BatchConflict } from '../../src/batches/domain/errors.js';
import { FindBatches } from '../../src/batches/queries/find-batches.js';
import { FindBatch } from '../../src/batches/queries/find-batch.js';
import type { Application } from '../support/application.js';
import { startFeature } from '../support/feature.js';
import { answers, nothingElseTold, refused, scenario, told } from '../support/scenario.js';

describe('The feature batches alone', () => {
  let batches: Application;
  beforeAll(async () => {
    batches = await startFeature(BatchesModule);
  });
  afterAll(() => batches.close());

  const register = (reference: string, quantity = 10) =>
    new RegisterBatch(reference, { sku: 'TABLE', quantity, eta: '2027-01-31' });

  it('registers a batch and publishes it', () =>
    scenario(batches)
      .when(register('PO-1'))
      .then(
        told('BatchRegistered', { batchReference: 'PO-1', sku: 'TABLE', quantity: 10, eta: '2027-01-31' }),
        nothingElseTold(),
        answers(new FindBatch('PO-1'), { quantity: 10, eta: '2027-01-31', version: 1 }),
      ));

  it('publishes a batch once if it is registered again', () =>
    scenario(batches)
      .given(register('PO-2'))
      .when(register('PO-2'), register('PO-2'))
      .then(nothingElseTold()));

  it('rejects another batch under the same reference', () =>
    scenario(batches)
      .given(register('PO-3'))
      .when(register('PO-3', 11))
      .then(refused('batch-conflict', { reference: 'PO-3' }), nothingElseTold()));

  it('publishes a new quantity and a new date with the old ones, in one version', () =>
    scenario(batches)
      .given(register('PO-4'))
      .when(new ChangeBatch('PO-4', { quantity: 6, eta: null }))
      .then(
        told('BatchRescheduled', { batchReference: 'PO-4', eta: null, previousEta: '2027-01-31' }),
        told('BatchQuantityChanged', { batchReference: 'PO-4', quantity: 6, previousQuantity: 10 }),
        nothingElseTold(),
        answers(new FindBatch('PO-4'), { quantity: 6, eta: null, version: 2 }),
      ));

  it('takes a reference that is in the same call twice as it takes two calls', async () => {
    const batch = { reference: 'PO-5', sku: 'TABLE', quantity: 10, eta: null };
    const results = await batches.execute(new RegisterBatches([batch, batch, { ...batch, quantity: 11 }]));
    expect(results).toEqual([
      expect.objectContaining({ isNew: true }),
      expect.objectContaining({ isNew: false }),
      expect.any(BatchConflict),
    ]);
    expect(await batches.execute(new RegisterBatches([batch]))).toMatchObject([{ isNew: false }]);
  });

  it('registers none after the first that is refused, if asked to', async () => {
    const batch = { reference: 'PO-6', sku: 'TABLE', quantity: 10, eta: null };
    const rows = [batch, { ...batch, quantity: 11 }, { ...batch, reference: 'PO-7' }];
    const results = await batches.execute(new RegisterBatches(rows, { untilRefused: true }));
    expect(results).toEqual([expect.objectContaining({ isNew: true }), expect.any(BatchConflict)]);
    expect([...(await batches.ask(new FindBatches(['PO-6', 'PO-7']))).keys()]).toEqual(['PO-6']);
  });

  it('rejects a change of a batch that does not exist', () =>
    scenario(batches)
      .when(new ChangeBatch('PO-9', { quantity: 6 }))
      .then(refused('unknown-batch', { reference: 'PO-9' }), nothingElseTold()));
});
