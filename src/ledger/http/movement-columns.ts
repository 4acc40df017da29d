import type { Movement } from '../domain/movement.js';

/** The columns of movements as CSV. */
export const MOVEMENT_COLUMNS = {
  position: ({ position }: Movement) => position,
  kind: ({ kind }: Movement) => kind,
  sku: ({ sku }: Movement) => sku,
  batch_reference: ({ batchReference }: Movement) => batchReference,
  order_id: ({ orderId }: Movement) => orderId,
  on_hand_change: ({ onHandChange }: Movement) => onHandChange,
  on_hand_after: ({ onHandAfter }: Movement) => onHandAfter,
  inbound_change: ({ inboundChange }: Movement) => inboundChange,
  inbound_after: ({ inboundAfter }: Movement) => inboundAfter,
  claimed_change: ({ claimedChange }: Movement) => claimedChange,
  claimed_after: ({ claimedAfter }: Movement) => claimedAfter,
  reason: ({ reason }: Movement) => reason,
  actor: ({ actor }: Movement) => actor,
  occurred_at: ({ occurredAt }: Movement) => occurredAt,
};
