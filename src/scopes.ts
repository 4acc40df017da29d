import {
  ALLOCATIONS_WRITE,
  ORDERS_WRITE,
  POLICIES_WRITE,
  WAREHOUSE_WRITE,
} from './allocation/http/scopes.js';
import { BATCHES_WRITE } from './batches/http/scopes.js';
import { NOTIFICATIONS_READ } from './notifications/http/scopes.js';

/** Every scope that a key may have: the platform's, `read` and `admin`, and those that features declare. */
export const SCOPES = [
  'read',
  NOTIFICATIONS_READ,
  BATCHES_WRITE,
  ALLOCATIONS_WRITE,
  ORDERS_WRITE,
  WAREHOUSE_WRITE,
  POLICIES_WRITE,
  'admin',
] as const;
