/** Allocate order lines, and deallocate them. */
export const ALLOCATIONS_WRITE = 'allocations:write';
