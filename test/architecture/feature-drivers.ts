import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { Reallocate } from '../../src/allocation/commands/reallocate.js';
import { ChangePolicy } from '../../src/allocation/commands/change-policy.js';
import { FindPolicy } from '../../src/allocation/queries/find-policy.js';
import { AdjustStock } from '../../src/allocation/commands/adjust-stock.js';
import { CancelShipment } from '../../src/allocation/commands/cancel-shipment.js';
import { CountLocation } from '../../src/allocation/commands/count-location.js';
import { CountStock } from '../../src/allocation/commands/count-stock.js';
import { ReceiveGoodsOfBatches } from '../../src/allocation/commands/receive-goods-of-batches.js';
import { ShipOrders } from '../../src/allocation/commands/ship-orders.js';
import { ReceiveGoods } from '../../src/allocation/commands/receive-goods.js';
import { ReturnGoods } from '../../src/allocation/commands/return-goods.js';
import { ShipOrder } from '../../src/allocation/commands/ship-order.js';
import { Simulate } from '../../src/allocation/commands/simulate.js';
import { Purchase, PurchaseChange } from '../../src/allocation/commands/simulated-purchases.js';
import { ListShipments } from '../../src/allocation/queries/list-shipments.js';
import { CancelOrder } from '../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder } from '../../src/allocation/commands/confirm-order.js';
import { EndHolds } from '../../src/allocation/commands/end-holds.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { PutOrders } from '../../src/allocation/commands/put-orders.js';
import { FindCartAvailability } from '../../src/allocation/queries/find-cart-availability.js';
import { FindOrder } from '../../src/allocation/queries/find-order.js';
import { ListExpiredSkus } from '../../src/allocation/queries/list-expired-skus.js';
import { ListOrderHistory } from '../../src/allocation/queries/list-order-history.js';
import { ListOrders } from '../../src/allocation/queries/list-orders.js';
import { AllocateLines } from '../../src/allocation/commands/allocate-lines.js';
import { DeallocateLine } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrder } from '../../src/allocation/commands/deallocate-order.js';
import { FindTimeline } from '../../src/allocation/queries/find-timeline.js';
import { ListPromises } from '../../src/allocation/queries/list-promises.js';
import { EndProtections } from '../../src/allocation/commands/end-protections.js';
import { NoteOverdueBatches } from '../../src/allocation/commands/note-overdue-batches.js';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { CountBackorders } from '../../src/allocation/queries/count-backorders.js';
import { CountHolds } from '../../src/allocation/queries/count-holds.js';
import { ExportAllocations } from '../../src/allocation/queries/export-allocations.js';
import { ExportProducts } from '../../src/allocation/queries/export-products.js';
import { ExportStockOfLocation } from '../../src/allocation/queries/export-stock-of-location.js';
import { FindWrittenCounts } from '../../src/allocation/queries/find-written-counts.js';
import { FindAvailability } from '../../src/allocation/queries/find-availability.js';
import { FindOrderAllocations } from '../../src/allocation/queries/find-order-allocations.js';
import { FindProduct } from '../../src/allocation/queries/find-product.js';
import { ListBackorders } from '../../src/allocation/queries/list-backorders.js';
import { ListProducts } from '../../src/allocation/queries/list-products.js';
import type { BatchesEvent } from '../../src/batches/contract/batches.contract.js';
import { ChangeBatch } from '../../src/batches/commands/change-batch.js';
import { RegisterBatch } from '../../src/batches/commands/register-batch.js';
import { RegisterBatches } from '../../src/batches/commands/register-batches.js';
import { ExportBatches } from '../../src/batches/queries/export-batches.js';
import { FindBatches } from '../../src/batches/queries/find-batches.js';
import { FindBatch } from '../../src/batches/queries/find-batch.js';
import { ListBatches } from '../../src/batches/queries/list-batches.js';
import { CheckIfDue } from '../../src/ledger/commands/check-if-due.js';
import { CheckIntegrity } from '../../src/ledger/queries/check-integrity.js';
import { ListMovements } from '../../src/ledger/queries/list-movements.js';
import { SendDueAlerts } from '../../src/notifications/commands/send-due-alerts.js';
import { ListLostPromises } from '../../src/notifications/queries/list-lost-promises.js';
import { ListNotifications } from '../../src/notifications/queries/list-notifications.js';
import { ChangeWebhook } from '../../src/webhooks/commands/change-webhook.js';
import { ContinueReplay } from '../../src/webhooks/commands/continue-replay.js';
import { CreateWebhook } from '../../src/webhooks/commands/create-webhook.js';
import { DeleteWebhook } from '../../src/webhooks/commands/delete-webhook.js';
import { PruneDeliveries } from '../../src/webhooks/commands/prune-deliveries.js';
import { ReplayEvents } from '../../src/webhooks/commands/replay-events.js';
import { RotateSecret } from '../../src/webhooks/commands/rotate-secret.js';
import { TestWebhook } from '../../src/webhooks/commands/test-webhook.js';
import { EVENT_TYPES } from '../../src/webhooks/domain/event-types.js';
import { FindWebhook } from '../../src/webhooks/queries/find-webhook.js';
import { ListDeliveries } from '../../src/webhooks/queries/list-deliveries.js';
import { ListWebhooks } from '../../src/webhooks/queries/list-webhooks.js';
import { eventually } from '../../testing/eventually.js';
import type { LoneFeature } from './lone-feature.js';

const sku = 'LAMP';
const bought = (batchReference: string, quantity: number, eta: string | null = null): BatchesEvent => ({
  type: 'BatchRegistered',
  version: 1,
  key: sku,
  data: { batchReference, sku, quantity, eta },
});
const resized = (batchReference: string, quantity: number, previousQuantity: number): BatchesEvent => ({
  type: 'BatchQuantityChanged',
  version: 1,
  key: sku,
  data: { batchReference, sku, quantity, previousQuantity },
});
const arrived = (batchReference: string): BatchesEvent => ({
  type: 'BatchRescheduled',
  version: 1,
  key: sku,
  data: { batchReference, sku, eta: null, previousEta: '2027-01-31' },
});
const refused: AllocationEvent = {
  type: 'OutOfStock',
  version: 1,
  key: sku,
  data: { sku, refusals: 1, units: 10, available: 0, productVersion: 1 },
};

const gaveUp: AllocationEvent = {
  type: 'LineDeallocated',
  version: 1,
  key: sku,
  data: {
    orderId: 'o-1',
    sku,
    quantity: 1,
    batchReference: 'PO-1',
    reason: 'batch-shrunk',
    productVersion: 1,
  },
};
const slipped = (previousEta: string, eta: string): AllocationEvent => ({
  type: 'PromisesChanged',
  version: 1,
  key: sku,
  data: {
    ...{ sku, batchReference: 'PO-1', previousEta, eta, lines: 1, units: 1 },
    orderIds: ['order-1'],
    productVersion: 1,
  },
});
const overdue: AllocationEvent = {
  type: 'BatchOverdue',
  version: 1,
  key: sku,
  data: { sku, batchReference: 'PO-1', eta: '2026-01-01', lines: 1, units: 1, productVersion: 1 },
};

/**
 * What each feature is driven with, alone, so that all of its statements run: every command, query and reaction, and every
 * outside effect that goes by a table. A feature, command, query or subscription that is missing here fails the test.
 */
export const featureDrivers: Readonly<Record<string, (feature: LoneFeature) => Promise<void>>> = {
  async batches(feature) {
    const registration = { sku, quantity: 10, eta: null };
    await feature.execute(new RegisterBatch('PO-1', registration));
    await feature.execute(new RegisterBatches([{ reference: 'PO-2', ...registration }]));
    await feature.execute(new ChangeBatch('PO-1', { quantity: 5, eta: '2027-01-31' }));
    await feature.ask(new FindBatch('PO-1'));
    await feature.ask(new FindBatches(['PO-1', 'PO-2']));
    await feature.ask(new ListBatches(sku, undefined, 10));
    await readAll(await feature.ask(new ExportBatches()));
    await feature.hears(...whatBecameOf('PO-1'));
    await feature.hasHeardAll();
  },

  async allocation(feature) {
    await feature.hears(bought('PO-1', 10), bought('PO-2', 20, '2027-01-31'));
    await feature.execute(new AllocateLine({ orderId: 'o-1', sku, quantity: 8 }));
    await feature.execute(new AllocateLines([{ orderId: 'o-2', sku, quantity: 1 }]));
    // o-1 moves to the second batch, a hundred fit nowhere.
    await feature.hears(resized('PO-1', 2, 10));
    await feature.execute(new NoteOverdueBatches('2027-02-01'));
    await feature.hears(arrived('PO-2'));
    await feature.execute(new AllocateLine({ orderId: 'o-3', sku, quantity: 100 })).catch(() => undefined);
    await feature.ask(new FindAvailability(sku, 1));
    await feature.ask(new FindOrderAllocations('o-1'));
    await feature.ask(new FindProduct(sku));
    await feature.ask(new FindTimeline(sku, undefined));
    for (const filter of [{}, { batchReference: 'PO-1' }, { late: true }, { orderId: 'o-1' }])
      await feature.ask(new ListPromises(filter, undefined, 10));
    await feature.ask(new ListProducts(undefined, 10));
    await readAll(await feature.ask(new ExportAllocations()));
    await readAll(await feature.ask(new ExportProducts()));
    await feature.execute(new DeallocateLine('o-1', sku));
    await feature.execute(new DeallocateOrder('o-2'));
    await feature.execute(new AllocateLine({ orderId: 'o-4', sku, quantity: 1 }));
    await feature.execute(new DeallocateOrder('o-4', ['1'])).catch(() => undefined);
    await driveOrders(feature);
    await feature.hasHeardAll();
  },

  async notifications(feature) {
    await feature.hears(bought('PO-1', 1), refused, refused, resized('PO-1', 2, 1), arrived('PO-1'), refused);
    await feature.hears(gaveUp, overdue, slipped('2027-01-31', '2027-02-28'));
    await feature.hears(slipped('2027-02-28', '2027-01-31'));
    const inADay = new Date(Date.now() + 24 * 3_600_000);
    await feature.execute(new SendDueAlerts(inADay));
    await eventually('a mail has been sent', async () => {
      const told = await feature.ask(new ListNotifications(sku, 0, 10));
      return told.some(({ sentAt }) => sentAt !== null);
    });
    await feature.ask(new ListLostPromises(sku, 0, 10));
  },

  async ledger(feature) {
    await feature.hears(bought('PO-1', 10), bought('PO-2', 10, '2027-01-31'), resized('PO-1', 5, 10));
    await feature.hears(arrived('PO-2'), ...whatBecameOf('PO-1'));
    await feature.hasHeardAll();
    for (const filter of [{}, { sku }, { batchReference: 'PO-1' }, { orderId: 'o-1' }])
      for (const kind of [undefined, 'shipped'] as const)
        await feature.ask(new ListMovements({ ...filter, kind }, 0, 10));
    await feature.ask(new CheckIntegrity());
    for (const hours of [1, 0]) await feature.execute(new CheckIfDue(hours));
  },

  async webhooks(feature) {
    const wishes = { url: 'http://127.0.0.1:9/', types: ['*'], skus: null, format: 'standard' as const };
    const { id } = await feature.execute(new CreateWebhook(wishes));
    await feature.hears(...EVENT_TYPES.map((type) => ({ type, version: 1, key: sku, data: {} })));
    await eventually('an attempt', async () => {
      const deliveries = await feature.ask(new ListDeliveries(id, undefined, undefined, 50));
      return deliveries.some(({ attempts }) => attempts > 0);
    });
    await feature.ask(new FindWebhook(id));
    await feature.ask(new ListWebhooks(undefined, 10));
    await feature.execute(new RotateSecret(id, 1_000));
    await feature.execute(new TestWebhook(id));
    await feature.execute(new ReplayEvents(id, 1));
    await feature.execute(new ContinueReplay());
    await feature.execute(new ChangeWebhook(id, { enabled: false }));
    await feature.execute(new ChangeWebhook(id, { enabled: true }));
    await feature.execute(new DeleteWebhook(id));
    await feature.execute(new PruneDeliveries());
  },
};

/** An order over two batches, held, amended, confirmed, and cancelled; and a hold that is released. */
async function driveOrders(feature: LoneFeature): Promise<void> {
  const anOrder = (
    quantity: number,
    expiresInSeconds: number | null = null,
    whenShort: WantedOrder['whenShort'] = 'refuse',
  ) => ({
    lines: [{ sku, quantity, split: true, neededBy: null }],
    whenShort,
    expiresInSeconds,
    priority: 5,
    channel: 'web',
    locations: null,
    shipComplete: false,
    reopen: false,
  });
  await feature.hears(bought('PO-3', 4), bought('PO-4', 4));
  await feature.execute(new PutOrder('o-5', anOrder(25, 60)));
  await feature.execute(new PutOrder('o-5', anOrder(24, 60)));
  await feature.execute(new ConfirmOrder('o-5'));
  await feature.execute(new DeallocateLine('o-5', sku));
  await feature.execute(new PutOrder('o-6', anOrder(1, 60)));
  await feature.execute(new EndHolds());
  await feature.execute(new PutOrders([{ orderId: 'o-8', wanted: anOrder(1) }], true));
  // Two lines wait; one of them gets its units.
  await feature.execute(new PutOrder('o-9', anOrder(1_000, null, 'backorder')));
  await feature.execute(new AllocateLine({ orderId: 'o-10', sku, quantity: 1_000, whenShort: 'backorder' }));
  await feature.ask(new ListBackorders(sku, 0, 10));
  await feature.hears(bought('PO-9', 1_000));
  await feature.execute(new DeallocateLine('o-10', sku));
  await feature.execute(new CancelOrder('o-9'));
  await feature.ask(new FindOrder('o-6'));
  await feature.ask(new ListOrders({ sku, state: 'held' }, undefined, 10));
  await feature.ask(new ListOrderHistory('o-6', 0, 10));
  await feature.ask(new ListOrderHistory('o-6', 1_000_000, 10));
  await feature.ask(new ListExpiredSkus(1));
  await feature.execute(new EndProtections('2026-06-01'));
  await feature.ask(new CountHolds());
  await feature.ask(new CountBackorders());
  await feature.ask(new FindCartAvailability([{ sku, quantity: 1 }, { sku: 'UNHEARD-OF' }], undefined));
  await feature.execute(new CancelOrder('o-6'));
  await driveWarehouse(feature);
}

/** Goods come in parts, leave, have not left after all, leave again, come back and are lost. */
async function driveWarehouse(feature: LoneFeature): Promise<void> {
  await feature.hears(bought('PO-5', 4, '2027-01-31'));
  await feature.execute(new ReceiveGoods('r-1', 'PO-5', { quantity: 2, rejected: 1, isFinal: false }));
  await feature.execute(new ReceiveGoods('r-2', 'PO-5', { quantity: 0, rejected: 0, isFinal: true }));
  const receipt = { quantity: 0, rejected: 0, isFinal: false };
  await feature.execute(new ReceiveGoodsOfBatches([{ receiptId: 'r-4', batchReference: 'PO-5', receipt }]));
  await feature.execute(new AllocateLine({ orderId: 'o-7', sku, quantity: 1 }));
  await feature.execute(new ShipOrder('s-1', 'o-7'));
  await feature.execute(new ShipOrders([{ shipmentId: 's-1', orderId: 'o-7' }]));
  await feature.execute(new CancelShipment('s-1'));
  await feature.execute(new ShipOrder('s-2', 'o-7'));
  await feature.execute(new ReturnGoods('b-1', 'o-7', [{ sku, quantity: 1, disposition: 'restock' }]));
  await feature.execute(new AdjustStock('a-1', 'PO-5', -1, 'lost'));
  await feature.execute(new CountStock('c-1', 'PO-5', { counted: 1, expected: 1 }));
  await feature.execute(new CountStock('c-2', 'PO-5', { counted: 1 }));
  const counts = [
    { batchReference: 'PO-5', counted: 1 },
    { sku, counted: 1 },
  ];
  for (const isSimulated of [true, false])
    await feature.execute(new CountLocation('cycle', 'main', counts, isSimulated));
  await feature.ask(new FindWrittenCounts(['cycle/PO-5']));
  await readAll(await feature.ask(new ExportStockOfLocation('main')));
  const lot = { batchReference: 'PO-5', sku, location: 'main', bestBefore: '2027-06-30', blocked: true };
  await feature.hears({ type: 'BatchLotChanged', version: 1, key: sku, data: lot });
  const moved = { batchReference: 'PO-5', sku, location: 'attic', previousLocation: 'main' };
  await feature.hears({ type: 'BatchMoved', version: 1, key: sku, data: moved });
  const protections = [{ channel: 'web', quantity: 1, until: null }];
  await feature.execute(
    new ChangePolicy(sku, {
      ...{ preference: 'fefo', minimumShelfLifeDays: 0 },
      backorders: 'first-fit',
      protections,
    }),
  );
  await feature.execute(new Reallocate(sku, [{ match: {}, strategy: 'redistribute' }], true));
  await feature.execute(new Reallocate(sku, [{ match: {}, strategy: 'redistribute' }], false));
  await feature.ask(new FindPolicy(sku));
  await feature.ask(new ListShipments('o-7', undefined, 10));
  await feature.execute(
    new Simulate([
      new AllocateLine({ orderId: 'o-9', sku, quantity: 1 }),
      new Purchase('PO-6', sku, 4, '2027-01-31'),
      new PurchaseChange('PO-5', { eta: null }),
      new PurchaseChange('PO-5', { quantity: 1 }),
      new ReceiveGoods('r-3', 'PO-6', { quantity: 2, rejected: 0, isFinal: false }),
      new ShipOrder('s-3', 'o-7'),
    ]),
  );
}

/** One event of each kind that says what has become of the units of a batch. */
function whatBecameOf(batchReference: string): AllocationEvent[] {
  const line = { orderId: 'o-1', sku, quantity: 1, batchReference, productVersion: 1 };
  const claims = [{ batchReference, quantity: 1 }];
  const goods = { orderId: 'o-1', sku, quantity: 1, claims, productVersion: 1 };
  const of = (type: AllocationEvent['type'], data: object) =>
    ({ type, version: 1, key: sku, data }) as AllocationEvent;
  return [
    of('LineHeld', { ...line, eta: null, expiresAt: '2027-01-01T00:00:00.000Z' }),
    of('LineReleased', { ...line, reason: 'expired' }),
    of('LineAllocated', { ...line, eta: null }),
    of('LineAmended', { ...line, eta: null, previousQuantity: 1, claims, previousClaims: claims }),
    of('LineBackordered', { ...goods, reason: 'batch-shrunk', previousQuantity: 1, previousClaims: claims }),
    of('LineReallocated', { ...line, eta: null, previousBatchReference: 'PO-2', reason: 'batch-shrunk' }),
    of('LineDeallocated', { ...line, reason: 'cancelled' }),
    of('BatchReceived', {
      ...{ sku, batchReference, receiptId: 'r-1', quantity: 5, rejected: 0, overReceived: 0, missing: 0 },
      ...{ onHand: 5, outstanding: 0, productVersion: 1 },
    }),
    of('LineShipped', { ...goods, shipmentId: 's-1' }),
    of('ShipmentCancelled', { ...goods, shipmentId: 's-1', isClaimed: true }),
    of('LineReturned', { ...goods, returnId: 'b-1', disposition: 'scrap' }),
    of('StockAdjusted', {
      sku,
      batchReference,
      adjustmentId: 'a-1',
      by: -1,
      reason: 'lost',
      productVersion: 1,
    }),
  ];
}

/** An export sends its statements while it is read. */
async function readAll<Row>(portions: AsyncIterable<readonly Row[]>): Promise<void> {
  for await (const rows of portions)
    if (rows.length === 0) throw new Error('An export has an empty portion.');
}
