/** To retry and discard parked events and dead letters, and to rebuild read models. Seeing them takes `admin`. */
export const OPERATIONS_WRITE = 'operations:write';

/** Everything about API keys, also to see them. It gives away no scope that its owner does not have. */
export const KEYS_WRITE = 'keys:write';
