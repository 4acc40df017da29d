import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RescheduleBatch } from '../../src/allocation/commands/reschedule-batch.js';
import { MoveBatch } from '../../src/allocation/commands/move-batch.js';
import { ChangeQuantity } from '../../src/allocation/commands/change-quantity.js';
import { MirrorBatches } from '../../src/allocation/reactions/mirror-batches.js';
import type { BatchesEvent } from '../../src/batches/contract/batches.contract.js';
import type { StoredEvent } from '../../src/kernel/domain/events.js';
import { CommandsInMemory } from './commands-in-memory.js';

let allocation: CommandsInMemory;

beforeEach(async () => {
  allocation = await CommandsInMemory.open();
});

afterEach(() => allocation.close());

const batches = () => allocation.stock.stateOf('TABLE').batches;

describe('AddBatch', () => {
  it('makes a registered batch available, and publishes nothing', async () => {
    await allocation.buy('TABLE', 'b1', 10, '2027-01-01');
    expect(batches()).toEqual([{ reference: 'b1', quantity: 10, eta: '2027-01-01', allocated: 0 }]);
    expect(allocation.told()).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    await allocation.buy('TABLE', 'b1', 10);
    await allocation.allocate('order-1', 'TABLE', 10);
    await allocation.buy('TABLE', 'b1', 10);
    expect(allocation.stock.stateOf('TABLE')).toMatchObject({ version: 2, batches: [{ allocated: 10 }] });
  });
});

describe('ChangeQuantity', () => {
  it('moves the lines that no longer fit, with only those lines loaded', async () => {
    await allocation.buy('TABLE', 'b1', 10);
    for (const orderId of ['first', 'second', 'third']) await allocation.allocate(orderId, 'TABLE', 3);
    await allocation.allocate('fourth', 'TABLE', 1);
    await allocation.buy('TABLE', 'b2', 3, '2027-01-01');
    await allocation.bus.execute(new ChangeQuantity('TABLE', 'b1', -5));
    expect(allocation.log.events.slice(4)).toMatchObject([
      { type: 'LineReallocated', data: { orderId: 'second', batchReference: 'b2', eta: '2027-01-01' } },
      { type: 'LineDeallocated', data: { orderId: 'third', reason: 'batch-shrunk' } },
      { type: 'OutOfStock', data: { refusals: 1, units: 3 } },
    ]);
    expect(batches()).toMatchObject([
      { reference: 'b1', quantity: 5, allocated: 4 },
      { reference: 'b2', allocated: 3 },
    ]);
  });

  it('lets a full batch grow', async () => {
    await allocation.buy('TABLE', 'b1', 4);
    await allocation.allocate('order-1', 'TABLE', 4);
    await allocation.bus.execute(new ChangeQuantity('TABLE', 'b1', 2));
    expect(await allocation.allocate('order-2', 'TABLE', 2)).toMatchObject({ isNew: true });
  });
});

describe('RescheduleBatch', () => {
  it('gives the lines of a full batch the new date', async () => {
    await allocation.buy('TABLE', 'b1', 4, '2027-01-01');
    await allocation.allocate('order-1', 'TABLE', 4);
    await allocation.bus.execute(new RescheduleBatch('TABLE', 'b1', '2027-06-01'));
    expect(await allocation.allocate('order-1', 'TABLE', 4)).toMatchObject({
      isNew: false,
      allocation: { eta: '2027-06-01' },
    });
    expect(allocation.told()).toEqual(['LineAllocated', 'PromisesChanged']);
  });
});

describe('MoveBatch', () => {
  const move = (location: string) => allocation.bus.execute(new MoveBatch('TABLE', 'b1', location));
  const attic = { location: 'attic', bestBefore: null, blocked: false };

  it('puts a batch of which nothing is claimed into another place', async () => {
    await allocation.buy('TABLE', 'b1', 10);
    await move('attic');
    expect(batches()).toMatchObject([{ reference: 'b1', lot: attic }]);
  });

  it('is refused with the claimed units, and accepted if the batch is there already', async () => {
    await allocation.buy('TABLE', 'b1', 10);
    await move('attic');
    await allocation.allocate('order-1', 'TABLE', 3);
    await expect(move('main')).rejects.toMatchObject({
      code: 'batch-claimed',
      kind: 'conflict',
      facts: { reference: 'b1', claimed: 3 },
    });
    await move('attic');
    expect(batches()).toMatchObject([{ lot: attic }]);
  });

  it('stands, whatever an older change of the lot says of the place', async () => {
    await allocation.buy('TABLE', 'b1', 10);
    await move('attic');
    const data = { batchReference: 'b1', sku: 'TABLE', location: 'main', bestBefore: null, blocked: true };
    await new MirrorBatches(allocation.bus).react({
      type: 'BatchLotChanged',
      data,
    } as StoredEvent<BatchesEvent>);
    expect(batches()).toMatchObject([{ lot: { ...attic, blocked: true } }]);
  });
});

describe('MirrorBatches', () => {
  const tell = (type: BatchesEvent['type'], data: object) =>
    new MirrorBatches(allocation.bus).react({ type, data } as StoredEvent<BatchesEvent>);
  const batch = { batchReference: 'b1', sku: 'TABLE' };

  it('applies registrations, new quantities and new dates of batches', async () => {
    await tell('BatchRegistered', { ...batch, quantity: 10, eta: '2027-01-01' });
    expect(batches()).toMatchObject([{ reference: 'b1', quantity: 10, eta: '2027-01-01' }]);
    await tell('BatchQuantityChanged', { ...batch, quantity: 5, previousQuantity: 10 });
    await tell('BatchRescheduled', { ...batch, eta: null, previousEta: '2027-01-01' });
    expect(batches()).toEqual([{ reference: 'b1', quantity: 5, eta: null, allocated: 0 }]);
  });
});
