import type { Injector, OrderProcess } from '@vendure/core';
import { OrderSync } from './order-sync';
import { Reservations } from './reservations';
import { ShopOrders } from './shop-orders';

/**
 * Where an order must have Earmark's yes. Vendure itself looks at the stock when the customer begins to pay, and takes it
 * when they have paid, without looking again: in between, everybody sees the last unit.
 */
export function earmarkOrderProcess(): OrderProcess<string> {
  let orders: ShopOrders;
  let reservations: Reservations;
  let sync: OrderSync;
  return {
    init(injector: Injector) {
      orders = injector.get(ShopOrders);
      reservations = injector.get(Reservations);
      sync = injector.get(OrderSync);
    },

    /** @returns why the order cannot get there; undefined if it can */
    async onTransitionStart(from, to, { ctx, order }) {
      if (to === 'ArrangingPayment') return (await reservations.hold(ctx, order.id))?.message;
      if (from === 'ArrangingPayment' && to === 'AddingItems')
        return (await orders.find(ctx, order.id))?.paid ? ctx.translate('message.earmark-paid') : undefined;
      if (from === 'Modifying') return (await reservations.amend(ctx, order.id))?.message;
      if (order.orderPlacedAt || (to !== 'PaymentAuthorized' && to !== 'PaymentSettled')) return undefined;
      const refusal = await reservations.confirm(ctx, order.id);
      if (!refusal) return undefined;
      // The money is there, so the payment is kept; the order is placed as soon as Earmark says yes, and not before.
      if (refusal.kind === 'unavailable') await sync.syncLater(ctx, order.id);
      if (refusal.kind === 'refused') await sync.noteUnplaced(ctx, order.id, refusal.message);
      return refusal.message;
    },

    async onTransitionEnd(from, to, { ctx, order }) {
      if (from === 'ArrangingPayment' && to === 'AddingItems') await reservations.release(ctx, order.id);
      if (to === 'Cancelled') await sync.syncLater(ctx, order.id);
    },
  };
}
