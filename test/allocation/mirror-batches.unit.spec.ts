import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RescheduleBatch } from '../../src/allocation/commands/reschedule-batch.js';
import { ChangeQuantity } from '../../src/allocation/commands/change-quantity.js';
import { DecideMoves } from '../../src/allocation/reactions/decide-moves.js';
import { MirrorBatches } from '../../src/allocation/reactions/mirror-batches.js';
import type { BatchesEvent } from '../../src/batches/contract/batches.contract.js';
import type { StoredEvent } from '../../src/kernel/domain/events.js';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed } from '../../src/allocation/domain/stock.js';
import type { Change } from '../../src/kernel/unit-of-work/participants.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { NOW } from '../support/now.js';
import { CommandsInMemory } from './commands-in-memory.js';

let allocation: CommandsInMemory;

beforeEach(async () => {
  allocation = await CommandsInMemory.open();
});

afterEach(() => allocation.close());

const batches = () => allocation.stock.stateOf('TABLE').batches;
const make = (change: Change<Product, ProductNeed>) =>
  allocation.unitOfWork.change(change.store, change.need, (product) => change.run(product));
const mirror = () => new MirrorBatches(allocation.bus, allocation.stock, new Calendar('UTC', () => NOW));
const tell = (type: BatchesEvent['type'], data: object) =>
  mirror().react({ type, data } as StoredEvent<BatchesEvent>);

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

describe('DecideMoves', () => {
  const move = async (location: string): Promise<void> => {
    const data = { sku: 'TABLE', batchReference: 'b1', location, previousLocation: 'anywhere' };
    const moved = { type: 'BatchMoved', version: 1, key: 'TABLE', data } as const;
    await make(new DecideMoves(allocation.stock).beforeCommit(moved));
  };
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
    await tell('BatchLotChanged', data);
    expect(batches()).toMatchObject([{ lot: { ...attic, blocked: true } }]);
  });
});

describe('MirrorBatches', () => {
  const batch = { batchReference: 'b1', sku: 'TABLE' };

  it('gives lines that wait nothing of a batch that is registered as blocked', async () => {
    await allocation.buy('TABLE', 'b0', 1);
    const terms = { ...PLAIN_TERMS, mayWait: true };
    await allocation.unitOfWork.change(
      allocation.stock.products,
      { sku: 'TABLE', orderId: 'order-1', units: 5 },
      (product) => product.allocate({ orderId: 'order-1', sku: 'TABLE', quantity: 5, terms }),
    );
    await tell('BatchRegistered', { ...batch, quantity: 10, eta: null, blocked: true });
    expect(batches().find(({ reference }) => reference === 'b1')).toMatchObject({ allocated: 0 });
    await tell('BatchLotChanged', { ...batch, location: 'main', bestBefore: null, blocked: false });
    expect(batches().find(({ reference }) => reference === 'b1')).toMatchObject({ allocated: 5 });
  });

  it('applies registrations, new quantities and new dates of batches', async () => {
    await tell('BatchRegistered', { ...batch, quantity: 10, eta: '2027-01-01' });
    expect(batches()).toMatchObject([{ reference: 'b1', quantity: 10, eta: '2027-01-01' }]);
    await tell('BatchQuantityChanged', { ...batch, quantity: 5, previousQuantity: 10 });
    await tell('BatchRescheduled', { ...batch, eta: null, previousEta: '2027-01-01' });
    expect(batches()).toEqual([{ reference: 'b1', quantity: 5, eta: null, allocated: 0 }]);
  });

  it('adds a batch in the transaction of its registration, with its place and the time', async () => {
    const data = { ...batch, quantity: 10, eta: '2027-01-01', location: 'attic' };
    const registered = { type: 'BatchRegistered', version: 1, key: 'TABLE', data } as const;
    await make(mirror().beforeCommit(registered));
    expect(batches()).toMatchObject([
      { quantity: 10, eta: '2027-01-01', lot: { location: 'attic' }, enteredAt: NOW.getTime() },
    ]);
  });
});
