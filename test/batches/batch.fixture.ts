import { Batch, registeredAs, type Registration } from '../../src/batches/domain/batch.js';

/** A batch at version 1, as it was registered. */
export function aBatch(reference: string, registered: Registration): Batch {
  return new Batch(reference, registeredAs(reference, registered, 1));
}

/** A reference under which nothing was registered yet. */
export function anUnknownBatch(reference: string): Batch {
  return new Batch(reference, null);
}
