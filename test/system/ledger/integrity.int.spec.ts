import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { PutOrder } from '../../../src/allocation/commands/put-order.js';
import { ReceiveGoods } from '../../../src/allocation/commands/receive-goods.js';
import { ShipOrder } from '../../../src/allocation/commands/ship-order.js';
import { AppModule } from '../../../src/app.module.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { ChangeBatch } from '../../../src/batches/commands/change-batch.js';
import { CheckIntegrity } from '../../../src/ledger/queries/check-integrity.js';
import { Application } from '../../support/application.js';

let app: Application;
let number = 0;
let sku: string;
let other: string;
beforeAll(async () => {
  app = await Application.start((settings, url) => AppModule.forRoot(settings, url));
});
afterAll(() => app.close());

const check = () => app.ask(new CheckIntegrity());
const differencesOf = async (ofSku: string) => (await app.ask(new CheckIntegrity(ofSku))).differences;

/** Two products: one with a line on hand, a split line, a hold and a shipment, and one that has come in part. */
beforeEach(async () => {
  sku = `LAMP-${++number}`;
  other = `SHELF-${number}`;
  await app.execute(new RegisterBatch(`${sku}/1`, { sku, quantity: 10, eta: null }));
  await app.execute(new RegisterBatch(`${sku}/2`, { sku, quantity: 12, eta: '2026-08-01' }));
  await app.execute(new AllocateLine({ orderId: `${sku}-loose`, sku, quantity: 4 }));
  const terms = { priority: 5, channel: null, locations: null, shipComplete: false, reopen: false };
  const put = (name: string, quantity: number, expiresInSeconds: number | null) =>
    new PutOrder(`${sku}-${name}`, {
      lines: [{ sku, quantity, split: true, neededBy: null }],
      ...{ whenShort: 'refuse', expiresInSeconds, ...terms },
    });
  await app.execute(put('split', 14, null));
  await app.execute(put('held', 3, 600));
  await app.execute(new RegisterBatch(`${other}/1`, { sku: other, quantity: 10, eta: '2026-08-01' }));
  await app.execute(
    new ReceiveGoods(`${other}-r`, `${other}/1`, { quantity: 6, rejected: 1, isFinal: false }),
  );
  await app.execute(new AllocateLine({ orderId: `${other}-loose`, sku: other, quantity: 2 }));
  await app.execute(new ShipOrder(`${other}-s`, `${other}-loose`)).catch(() => undefined);
  await app.settled();
});

/** Does the work while the subscription cannot go on. */
async function withHeld(subscription: string, work: () => Promise<void>): Promise<void> {
  const runner = app.get(DataSource).createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query('select from event_log.subscription where name = $1 for update', [subscription]);
    await work();
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
  await app.settled();
}

describe('A check of the figures of batches', () => {
  it('finds nothing if all of them are right', async () => {
    expect(await check()).toEqual({
      ...{ position: await app.head(), products: 2 * number, unsettled: 0, differences: [] },
    });
    expect(await app.ask(new CheckIntegrity(sku))).toMatchObject({ products: 1, differences: [] });
  });

  it('adds what the movements have yet to read', async () => {
    await withHeld('ledger.movements', async () => {
      await app.execute(new AllocateLine({ orderId: `${sku}-late`, sku, quantity: 1 }));
      await app.execute(
        new ReceiveGoods(`${other}-r2`, `${other}/1`, { quantity: 1, rejected: 0, isFinal: false }),
      );
      expect(await check()).toMatchObject({ position: await app.head(), unsettled: 0, differences: [] });
    });
  });

  it('leaves out a product of which allocation has yet to hear a change', async () => {
    await withHeld('allocation.stock', async () => {
      await app.execute(new ChangeBatch(`${sku}/2`, { quantity: 30 })).catch(() => undefined);
      expect(await check()).toMatchObject({ products: 2 * number - 1, unsettled: 1, differences: [] });
    });
  });

  it('names a batch that claims another number of units than its lines', async () => {
    await app.sql('update allocation.batch set allocated = allocated - 1 where reference = $1', [`${sku}/1`]);
    const found = { sku, batchReference: `${sku}/1`, figure: 'claimed' };
    const values = {
      ...{ 'allocation.batch': 9, 'allocation.line': 10 },
      ...{ 'ledger.movements': 10, event_log: 10 },
    };
    expect(await differencesOf(sku)).toEqual([{ ...found, values }]);
    expect((await check()).differences).toEqual([{ ...found, values }]);
    expect(await differencesOf(other)).toEqual([]);
    await app.sql('update allocation.batch set allocated = allocated + 1 where reference = $1', [`${sku}/1`]);
  });

  it('names a line that is gone without an event', async () => {
    await app.sql('delete from allocation.line where order_id = $1', [`${sku}-loose`]);
    expect(await differencesOf(sku)).toEqual([
      {
        ...{ sku, batchReference: `${sku}/1`, figure: 'claimed' },
        values: {
          ...{ 'allocation.batch': 10, 'allocation.line': 6 },
          ...{ 'ledger.movements': 10, event_log: 10 },
        },
      },
    ]);
    await app.sql(
      `insert into allocation.line (order_id, sku, quantity, batch_reference, sequence) values ($1, $2, 4, $3, 1)`,
      [`${sku}-loose`, sku, `${sku}/1`],
    );
  });

  it('names units on hand that no movement explains', async () => {
    await app.sql('update allocation.batch set received = received + 1 where reference = $1', [`${other}/1`]);
    const found = await differencesOf(other);
    expect(found.map(({ figure, values }) => [figure, values])).toEqual([
      ['onHand', { 'allocation.batch': 5, 'ledger.movements': 4 }],
      ['inbound', { 'allocation.batch': 2, 'ledger.movements': 3 }],
    ]);
    await app.sql('update allocation.batch set received = received - 1 where reference = $1', [`${other}/1`]);
  });

  it('names a batch whose movements are lost, and a batch that is lost', async () => {
    await app.sql('delete from ledger.batch_slice where batch_reference = $1', [`${other}/1`]);
    expect((await differencesOf(other)).map(({ figure }) => figure).sort()).toEqual([
      ...['inbound', 'left', 'onHand'],
    ]);
    await app.sql('delete from event_log.event where key = $1', [other]);
    await app.sql('delete from allocation.line where sku = $1', [other]);
    await app.sql('delete from allocation.batch where sku = $1', [other]);
    expect(await differencesOf(other)).toEqual([]);
  });
});
