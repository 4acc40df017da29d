import { settleAll } from '../../kernel/domain/settle-all.js';
import type { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Stock } from '../domain/stock.js';

/** Products that are read and changed at a time. */
export const PORTION = 256;

/** Does what has become due for these products: the store ends the holds and serves the queue of each that it loads. */
export async function catchUpProducts(
  unitOfWork: UnitOfWork,
  { products }: Stock,
  skus: readonly string[],
): Promise<void> {
  const changes = skus.map((sku) =>
    unitOfWork.inBulk(() => unitOfWork.change(products, { sku, units: 0 }, () => undefined)),
  );
  await settleAll(...changes);
}
