/** What a key may be made for. None includes another: a key does what its scopes name, and nothing else. */
export const SCOPES = ['read', 'notifications:read', 'batches:write', 'allocations:write', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];
