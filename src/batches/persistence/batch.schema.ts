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
    location: { type: 'text' },
    supplier: { type: 'text', nullable: true },
    bestBefore: { name: 'best_before', type: 'date', nullable: true },
    blocked: { type: 'boolean' },
    registeredBestBefore: { name: 'registered_best_before', type: 'date', nullable: true },
    registeredLocation: { name: 'registered_location', type: 'text', nullable: true },
    registeredQuantity: { name: 'registered_quantity', type: 'integer' },
    registeredEta: { name: 'registered_eta', type: 'date', nullable: true },
    version: { type: 'integer' },
  },
});
