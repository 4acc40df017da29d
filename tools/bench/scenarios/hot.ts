import { HOT, onOne } from '../stock.js';
import { against } from './allocate.js';

/** Everybody wants the same thing. */
export const hot = against('hot', {
  what: 'allocate, one hot SKU',
  skus: [HOT],
  spread: onOne(HOT),
  ceiling: 1,
  oneTransaction: 12,
  processor: { service: 68, database: 30 },
});
