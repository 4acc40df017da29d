import type { Injector, PaymentMethodHandler } from '@vendure/core';
import { Reservations } from './reservations';

/**
 * The same payment handler, but before it takes any money the units are held anew: whoever was away for longer than the hold
 * lasts gets them again, or is declined. Vendure has no hook between the two: an order process is asked after the money
 * has moved.
 */
export function guarded(handler: PaymentMethodHandler): PaymentMethodHandler {
  let reservations: Reservations;
  const init = handler.init?.bind(handler);
  const createPayment = handler.createPayment.bind(handler);
  // The handler may be shared with a shop that has no Earmark, so it is not changed itself.
  return Object.assign(Object.create(handler) as PaymentMethodHandler, {
    async init(injector: Injector) {
      reservations = injector.get(Reservations);
      await init?.(injector);
    },
    async createPayment(...[ctx, order, amount, ...rest]: Parameters<typeof createPayment>) {
      const refusal = order.orderPlacedAt ? null : await reservations.hold(ctx, order.id);
      if (!refusal) return createPayment(ctx, order, amount, ...rest);
      return { method: handler.code, state: 'Declined', amount, errorMessage: refusal.message, metadata: {} };
    },
  });
}
