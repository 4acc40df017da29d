/** A batch as it is told to callers. */
export interface BatchAnswer {
  readonly reference: string;
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
  readonly version: number;
}

export const BATCH_COLUMNS = `reference, sku, quantity, to_char(eta, 'YYYY-MM-DD') as eta, version`;
