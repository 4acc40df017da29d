import { allSkus, byZipf, uniformly } from '../stock.js';
import { against } from './allocate.js';

/** A shop's usual day. */
export const zipf = against('spread-zipf', {
  what: 'allocate, 1,000 SKUs by Zipf',
  skus: allSkus,
  spread: byZipf,
  ceiling: 0.75,
  oneTransaction: 1.5,
});

/** What group commit likes least: hardly two orders of a group are for the same SKU. */
export const uniform = against('spread-uniform', {
  what: 'allocate, 1,000 SKUs alike',
  skus: allSkus,
  spread: uniformly,
  ceiling: 0.75,
  oneTransaction: 1.5,
});
