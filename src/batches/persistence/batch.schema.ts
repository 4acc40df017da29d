import { EntitySchema } from 'typeorm';
import type { BatchState } from '../domain/batch.js';

export const batchSchema = new EntitySchema<BatchState>({
  name: 'batch',
  schema: 'batches',
  tableName: 'batch',
  columns: {
    reference: { type: 'text', primary: true },
    sku: { type: 'text' },
    quantity: { type: 'integer' },
    eta: { type: 'date', nullable: true },
    registeredQuantity: { name: 'registered_quantity', type: 'integer' },
    registeredEta: { name: 'registered_eta', type: 'date', nullable: true },
    version: { type: 'integer' },
  },
});
