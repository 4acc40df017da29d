import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { AllocationModule } from '../../src/allocation/allocation.module.js';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { FindOrderAllocations } from '../../src/allocation/queries/find-order-allocations.js';
import { BatchesModule } from '../../src/batches/batches.module.js';
import { RegisterBatch } from '../../src/batches/commands/register-batch.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import type { Application } from './application.js';
import { batchQuantityChanged, batchRegistered } from './contract-events.js';
import { startFeature } from './feature.js';
import { answers, nothingElseTold, refused, scenario, told, type Expectation } from './scenario.js';

let allocation: Application;
beforeAll(async () => {
  allocation = await startFeature(AllocationModule);
});
afterAll(() => allocation.close());

let products = 0;
/** A product that no other test has heard of. */
const aTable = () => `TABLE-${++products}`;
const allocate = (sku: string, quantity: number, orderId = `order of ${sku}`) =>
  new AllocateLine({ orderId, sku, quantity });

describe('A feature that is started alone', () => {
  it('loads no module of its neighbours', () => {
    const modules = [...allocation.get(ModulesContainer).values()].map(({ metatype }) => metatype);
    expect(modules).toContain(AllocationModule);
    for (const neighbour of [BatchesModule, NotificationsModule]) expect(modules).not.toContain(neighbour);
  });

  it('runs only its own subscriptions', async () => {
    const names = (
      await allocation.sql<{ name: string }>('select name from event_log.subscription order by name')
    ).map(({ name }) => name);
    expect(names).toEqual(['allocation.product-totals', 'allocation.stock']);
  });

  it('finds no table of its neighbours', async () => {
    await expect(allocation.sql('select from batches.batch')).rejects.toThrow('does not exist');
    await expect(allocation.sql('select from notifications.shortage')).rejects.toThrow('does not exist');
    expect(await allocation.sql('select from allocation.line')).toEqual([]);
  });

  it("rejects a neighbour's command and says what to do instead", async () => {
    const command = new RegisterBatch('PO-1', { sku: 'TABLE', quantity: 10, eta: null });
    await expect(scenario(allocation).when(command).then(nothingElseTold())).rejects.toThrow(
      'Nobody here carries out RegisterBatch: play a neighbour by the events of its contract.',
    );
  });

  it('must be one of the existing features', async () => {
    class LogisticsModule {
      static forRoot = () => ({ module: LogisticsModule });
    }
    await expect(startFeature(LogisticsModule)).rejects.toThrow('LogisticsModule is none of');
  });
});

describe('A scenario', () => {
  it('waits for the events that follow in order, and for the state after them', async () => {
    const sku = aTable();
    await scenario(allocation)
      .given(batchRegistered(`${sku}-a`, sku, 10), allocate(sku, 4))
      .when(batchQuantityChanged(`${sku}-a`, sku, { from: 10, to: 3 }))
      .then(
        told('LineDeallocated', { batchReference: `${sku}-a`, reason: 'batch-shrunk' }),
        told('OutOfStock', { sku, units: 4, available: 3 }),
        nothingElseTold(),
        answers(new FindOrderAllocations(`order of ${sku}`), []),
      );
  });

  it('lists the events that came instead of one that never comes', async () => {
    const sku = aTable();
    const failing = scenario(allocation)
      .given(batchRegistered(`${sku}-a`, sku, 10))
      .when(allocate(sku, 4))
      .then(told('LineAllocated', { batchReference: 'PO-2' }));
    await expect(failing).rejects.toThrow(
      new RegExp(
        `Expected to hear\\n  LineAllocated {"batchReference":"PO-2"}\\n` +
          `and heard\\n  \\d+ LineAllocated {.*"batchReference":"${sku}-a".*}`,
      ),
    );
  });

  it('says so if no event came', async () => {
    const sku = aTable();
    const failing = scenario(allocation)
      .when(batchRegistered(`${sku}-a`, sku, 10))
      .then(told('OutOfStock'));
    await expect(failing).rejects.toThrow('Expected to hear\n  OutOfStock {}\nand heard nothing.');
  });

  it('fails on an extra event, and on one that comes too early', async () => {
    const shrunk = (...expected: Expectation[]) => {
      const sku = aTable();
      return scenario(allocation)
        .given(batchRegistered(`${sku}-a`, sku, 10), allocate(sku, 4))
        .when(batchQuantityChanged(`${sku}-a`, sku, { from: 10, to: 0 }))
        .then(...expected);
    };
    await expect(shrunk(told('LineDeallocated'), nothingElseTold())).rejects.toThrow(
      /nothing else\nand heard\n {2}\d+ OutOfStock/,
    );
    await expect(shrunk(told('OutOfStock'), told('LineDeallocated'))).rejects.toThrow('heard nothing');
  });

  it('fails if the command is rejected unexpectedly', async () => {
    const failing = scenario(allocation).when(allocate('SOFA', 1)).then(nothingElseTold());
    await expect(failing).rejects.toThrow(
      'It was refused: unknown-sku {"sku":"SOFA"}: No batch of SOFA was ever registered.',
    );
  });

  it('fails if the command is not rejected, or for another reason', async () => {
    const sku = aTable();
    const asked = (quantity: number, ...expected: Parameters<typeof refused>) =>
      scenario(allocation)
        .given(batchRegistered(`${sku}-a`, sku, 10))
        .when(allocate(sku, quantity))
        .then(refused(...expected));
    await expect(asked(11, 'unknown-sku')).rejects.toThrow('not as out-of-stock');
    await expect(asked(11, 'out-of-stock', { available: 3 })).rejects.toThrow('"available":10');
    await asked(11, 'out-of-stock', { available: 10 });
    await expect(asked(1, 'out-of-stock')).rejects.toThrow(
      /but it was done\nand heard\n {2}\d+ LineAllocated/,
    );
  });

  it('fails with the error of a failed reaction', async () => {
    const lonely = await startFeature(AllocationModule);
    try {
      const failing = scenario(lonely)
        .when(batchQuantityChanged('never', 'TABLE', { from: 2, to: 1 }))
        .then(nothingElseTold());
      await expect(failing).rejects.toThrow(
        /allocation\.stock could not follow event 1: .*Product TABLE has no batch never/,
      );
    } finally {
      await lonely.close();
    }
  });

  it('fails if it ends without an expectation', async () => {
    const started = scenario(allocation).when(batchRegistered('PO-9', 'TABLE', 10));
    expect(() => started.then()).toThrow('A scenario ends with .then(…)');
    const awaited = Promise.resolve(started as unknown as Promise<void>);
    await expect(awaited).rejects.toThrow('A scenario ends with .then(…)');
  });
});
