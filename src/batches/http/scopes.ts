/** Register and change batches. */
export const BATCHES_WRITE = 'batches:write';
