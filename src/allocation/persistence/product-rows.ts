import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { Policy } from '../domain/policy.js';

/** What is stored of a product itself. */
export interface ProductRow {
  readonly sku: string;
  readonly version: number;
  readonly lastSequence: number;
  readonly policy: Policy | null;
  /** Lines that wait for it. */
  readonly waiting: number;
  /** The channel of it that was served last in turn; null: none was. */
  readonly lastChannel: string | null;
}

/** A product of which no batch was ever registered. */
export const NEVER_SEEN: Omit<ProductRow, 'sku'> = {
  ...{ version: 0, lastSequence: 0, policy: null, waiting: 0, lastChannel: null },
};

const PRODUCTS = `
  select sku, version, last_sequence as "lastSequence", policy, waiting, last_channel as "lastChannel"
    from allocation.product where sku = any($1) order by sku`;

export async function readProductRows(reader: Queryable, skus: readonly string[]): Promise<ProductRow[]> {
  return reader.query(PRODUCTS, [skus]);
}

/**
 * Locks in the order of SKUs, so that two transactions never wait for each other. The version alone would catch a race;
 * the lock saves the loser a retry and keeps several instances on one hot SKU from starving each other.
 */
export async function lockProductRows(reader: Queryable, skus: readonly string[]): Promise<ProductRow[]> {
  return reader.query(`${PRODUCTS} for no key update`, [skus]);
}
