import { Batch, registeredAs, type Registration } from '../../src/batches/domain/batch.js';

/** A batch at version 1, as it was registered. */
export function aBatch(reference: string, registered: Registration): Batch {
  return new Batch(reference, registeredAs(reference, registered, 1));
}

/** A reference under which nothing was registered yet. */
export function anUnknownBatch(reference: string): Batch {
  return new Batch(reference, null);
}

/** What is known of a batch of which nothing was said. */
export const PLAIN = { location: 'main', bestBefore: null, supplier: null, blocked: false };

/** The figures of a batch of which nothing was said, no unit was claimed, and none has left. */
export function untouched(quantity: number, eta: string | null) {
  const [onHand, inbound] = eta === null ? [quantity, 0] : [0, quantity];
  return { ...PLAIN, onHand, inbound, shipped: 0, claimed: 0, held: 0, available: quantity };
}
