import type { OrderLineFacts } from '../domain/order-line.js';
import type { WantedOrder } from '../domain/wanted-order.js';
import { AllocateLine } from './allocate-line.js';
import { ChangePolicy } from './change-policy.js';
import { wantedOrder, type OrderDraft } from './order-draft.js';
import { wantedPolicy, type PolicyDraft } from './policy-draft.js';
import { PutOrder } from './put-order.js';
import { ReceiveGoods } from './receive-goods.js';
import { ShipOrder } from './ship-order.js';
import { Purchase, PurchaseChange } from './simulated-purchases.js';
import type { Step } from './simulated-steps.js';

/** A call of a simulation as callers write it, with one field: the name of the call. */
export interface StepDraft {
  readonly order?: OrderDraft & { readonly orderId: string };
  readonly allocate?: OrderLineFacts & {
    readonly split?: boolean;
    readonly neededBy?: string | null;
    readonly whenShort?: WantedOrder['whenShort'];
  };
  readonly register?: {
    readonly reference: string;
    readonly sku: string;
    readonly quantity: number;
    readonly eta?: string | null;
  };
  readonly changeQuantity?: { readonly reference: string; readonly quantity: number };
  readonly reschedule?: { readonly reference: string; readonly eta: string | null };
  readonly receive?: {
    readonly receiptId: string;
    readonly batchReference: string;
    readonly quantity: number;
    readonly rejected?: number;
    readonly final?: boolean;
  };
  readonly ship?: {
    readonly shipmentId: string;
    readonly orderId: string;
    readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
  };
  readonly policy?: PolicyDraft & { readonly sku: string };
}

/** The one call that the step is. */
export function stepOf(step: StepDraft): Step {
  const { order, allocate, register, changeQuantity, reschedule, receive, ship, policy } = step;
  if (order) return new PutOrder(order.orderId, wantedOrder(order));
  if (allocate) {
    const { orderId, sku, quantity, split = false, neededBy = null, whenShort = 'refuse' } = allocate;
    return new AllocateLine({ orderId, sku, quantity, split, neededBy, whenShort });
  }
  if (register)
    return new Purchase(register.reference, register.sku, register.quantity, register.eta ?? null);
  if (changeQuantity)
    return new PurchaseChange(changeQuantity.reference, { quantity: changeQuantity.quantity });
  if (reschedule) return new PurchaseChange(reschedule.reference, { eta: reschedule.eta });
  if (policy) return new ChangePolicy(policy.sku, wantedPolicy(policy));
  if (receive) {
    const { receiptId, batchReference, quantity, rejected = 0, final = false } = receive;
    return new ReceiveGoods(receiptId, batchReference, { quantity, rejected, isFinal: final });
  }
  const { shipmentId, orderId, lines } = ship!;
  return new ShipOrder(shipmentId, orderId, lines);
}
