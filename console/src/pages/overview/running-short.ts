import type { ProductSummaryBody } from '@earmark/client';

/** A product is short if no more than this part of what is claimed is available beside it. */
const SHORT_PART = 0.1;

type Figures = Pick<ProductSummaryBody, 'sku' | 'available' | 'claimed'>;

/** The products of which little is available beside what is promised, those with the most promised units first. */
export const runningShort = <Product extends Figures>(products: readonly Product[]): Product[] =>
  products
    .filter(({ available, claimed }) => claimed > 0 && available <= claimed * SHORT_PART)
    .sort((a, b) => b.claimed - b.available - (a.claimed - a.available) || (a.sku < b.sku ? -1 : 1));
