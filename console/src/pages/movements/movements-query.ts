import type { MovementBody } from '@earmark/client';
import { earmark } from '../../data/earmark.js';
import { newestPages } from '../../data/newest-pages.js';

export type Kind = MovementBody['kind'];

export interface MovementFilter {
  readonly sku?: string;
  readonly batchReference?: string;
  readonly orderId?: string;
  readonly kind?: Kind;
}

/** The movements that match, the newest first. */
export const newestMovements = (filter: MovementFilter) =>
  newestPages('movements.newest', { ...filter }, 50, (after, limit, signal) =>
    earmark.movements.list({ query: { ...filter, after, limit }, signal }),
  );
