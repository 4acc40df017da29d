import { EntitySchema } from 'typeorm';

export interface BatchRow {
  reference: string;
  sku: string;
  quantity: number;
  eta: string | null;
  registeredQuantity: number;
  registeredEta: string | null;
  version: number;
}

export const batchSchema = new EntitySchema<BatchRow>({
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
