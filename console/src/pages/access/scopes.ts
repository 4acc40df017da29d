import type { CreateKeyBody } from '@earmark/client';

export type Scope = CreateKeyBody['scopes'][number];

/** What each scope allows; none includes another. A record, so that a scope that the API adds does not compile without one. */
export const SCOPES: Readonly<Record<Scope, string>> = {
  read: 'See products, batches, orders, promises, movements and events.',
  'notifications:read': 'See to whom the alerts were mailed.',
  'batches:write': 'Register batches, and change their quantities, dates and places.',
  'allocations:write': 'Promise single order lines, and give them up.',
  'orders:write': 'Place, amend, confirm and cancel orders.',
  'warehouse:write': 'Receive, count, adjust, ship and take back goods.',
  'policies:write': 'Decide who gets the units of a product, and reallocate them.',
  'webhooks:write': 'See and change webhooks, and so have every event sent anywhere.',
  admin: 'See subscriptions, failed events, dead letters, migrations and the audit.',
  'operations:write': 'Retry and discard failed events and dead letters, and rebuild read models.',
  'keys:write': 'See, create and revoke keys. A key cannot give scopes that it does not have.',
};

export const SCOPE_NAMES = Object.keys(SCOPES) as readonly Scope[];

/** What keys are usually made for. */
export const PRESETS: Readonly<Record<string, readonly Scope[]>> = {
  'To look': ['read'],
  'A shop': ['read', 'allocations:write', 'orders:write'],
  'A warehouse': ['read', 'batches:write', 'warehouse:write'],
  Everything: SCOPE_NAMES,
};
