/** Allocate order lines, and deallocate them. */
export const ALLOCATIONS_WRITE = 'allocations:write';

/** Put, confirm and cancel orders. */
export const ORDERS_WRITE = 'orders:write';

/** Decide who gets the units of a product. */
export const POLICIES_WRITE = 'policies:write';

/** Receive, ship, take back and adjust goods. */
export const WAREHOUSE_WRITE = 'warehouse:write';
