import { EntitySchema } from 'typeorm';
import type { ShortageState } from '../domain/shortage.js';

export interface ShortageRow extends ShortageState {
  readonly sku: string;
}

export const shortageSchema = new EntitySchema<ShortageRow>({
  name: 'shortage',
  schema: 'notifications',
  tableName: 'shortage',
  columns: {
    sku: { type: 'text', primary: true },
    since: { type: 'timestamptz' },
    alertedAt: { name: 'told_at', type: 'timestamptz' },
    refusals: { type: 'bigint' },
    units: { type: 'bigint' },
    available: { type: 'integer' },
    restockedAt: { name: 'restocked_at', type: 'timestamptz', nullable: true },
    restockAlertedAt: { name: 'restock_told_at', type: 'timestamptz', nullable: true },
  },
});
