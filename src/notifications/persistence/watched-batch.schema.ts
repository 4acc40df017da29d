import { EntitySchema } from 'typeorm';
import type { WatchedBatchState } from '../domain/watched-batch.js';

export interface WatchedBatchRow extends WatchedBatchState {
  readonly sku: string;
  readonly reference: string;
}

export const watchedBatchSchema = new EntitySchema<WatchedBatchRow>({
  name: 'watched_batch',
  schema: 'notifications',
  tableName: 'watched_batch',
  columns: {
    sku: { type: 'text', primary: true },
    reference: { type: 'text', primary: true },
    alertedAt: { name: 'alerted_at', type: 'timestamptz', nullable: true },
    alertedVersion: { name: 'alerted_version', type: 'bigint', nullable: true },
    lines: { type: 'bigint' },
    units: { type: 'bigint' },
    orderIds: { name: 'order_ids', type: 'text', array: true },
    slippedFrom: { name: 'slipped_from', type: 'jsonb', nullable: true },
    overdueOn: { name: 'overdue_on', type: 'text', array: true },
  },
});
