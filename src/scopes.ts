import {
  ALLOCATIONS_WRITE,
  ORDERS_WRITE,
  POLICIES_WRITE,
  WAREHOUSE_WRITE,
} from './allocation/http/scopes.js';
import { BATCHES_WRITE } from './batches/http/scopes.js';
import { NOTIFICATIONS_READ } from './notifications/http/scopes.js';
import { KEYS_WRITE, OPERATIONS_WRITE } from './platform/access/callers/scopes.js';
import { WEBHOOKS_WRITE } from './webhooks/http/scopes.js';

/** Every scope that a key may have: the platform's, and those that features declare. */
export const SCOPES = [
  'read',
  NOTIFICATIONS_READ,
  BATCHES_WRITE,
  ALLOCATIONS_WRITE,
  ORDERS_WRITE,
  WAREHOUSE_WRITE,
  POLICIES_WRITE,
  WEBHOOKS_WRITE,
  'admin',
  OPERATIONS_WRITE,
  KEYS_WRITE,
] as const;
