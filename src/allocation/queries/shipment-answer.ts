import type { Claim } from '../domain/order-line.js';
import type { ShippedLine } from '../domain/shipping.js';

export interface ShipmentAnswer {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly state: 'shipped' | 'cancelled';
  readonly shippedAt: string;
  readonly cancelledAt: string | null;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly batches: readonly Claim[];
  }[];
}

/** A shipment as answers show it. */
export function shipmentAnswer({
  id,
  orderId,
  result,
  createdAt,
  cancelledAt,
}: {
  readonly id: string;
  readonly orderId: string | null;
  readonly result: object;
  readonly createdAt: Date;
  readonly cancelledAt: Date | null;
}): ShipmentAnswer {
  const { lines } = result as { readonly lines: readonly ShippedLine[] };
  return {
    shipmentId: id,
    orderId: orderId!,
    state: cancelledAt ? 'cancelled' : 'shipped',
    shippedAt: createdAt.toISOString(),
    cancelledAt: cancelledAt?.toISOString() ?? null,
    lines: lines.map(({ sku, quantity, claims }) => ({
      sku,
      quantity,
      batches: claims.map((claim) => ({ batchReference: claim.batchReference, quantity: claim.quantity })),
    })),
  };
}
