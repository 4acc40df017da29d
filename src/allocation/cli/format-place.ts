import type { LinePlace } from '../domain/changed-lines.js';

/** What a line claims, e.g. `5 of PO-1, 2 of PO-2 (2027-01-31)`. */
export function formatPlace({ quantity, batchReference, eta, claims }: LinePlace): string {
  return (claims ?? [{ quantity, batchReference, eta }])
    .map(({ quantity, batchReference, eta }) => `${quantity} of ${batchReference}${eta ? ` (${eta})` : ''}`)
    .join(', ');
}
