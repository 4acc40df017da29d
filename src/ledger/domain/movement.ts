/** Why a figure of a batch has changed. */
export const KINDS = [
  'registered',
  'received',
  'shipped',
  'shipment-cancelled',
  'restocked',
  'scrapped',
  'counted',
  'adjusted',
  'claimed',
  'released',
  'moved',
] as const;
export type MovementKind = (typeof KINDS)[number];

/** One change of the figures of a batch. Changes are signed; the figures are those of the batch after it. */
export interface Movement {
  /** Of the event in the log. An event that moves a line has a movement for each of its batches. */
  readonly position: number;
  readonly kind: MovementKind;
  readonly sku: string;
  readonly batchReference: string;
  readonly orderId: string | null;
  readonly onHandChange: number;
  readonly onHandAfter: number;
  /** Units that are still to come. */
  readonly inboundChange: number;
  readonly inboundAfter: number;
  readonly claimedChange: number;
  readonly claimedAfter: number;
  readonly reason: string | null;
  /** Null for events of versions that did not know it. */
  readonly actor: string | null;
  readonly occurredAt: Date;
}

/** Kinds of movements that only claim units, or give them back: most of them. */
export const CLAIMING: ReadonlySet<MovementKind> = new Set(['claimed', 'released', 'moved']);
