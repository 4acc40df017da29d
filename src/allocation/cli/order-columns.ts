import { Columns, eta, flag, orderId, orNull, quantity, sku } from '../../platform/cli/import/columns.js';
import { newChannel } from '../../vocabulary/channel.js';
import { locationsInFile } from '../../vocabulary/location.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { OrderLineFacts } from '../domain/order-line.js';

export const PRIORITY = wholeNumber({ max: 9 });
export const MOST_LINES = 100;

/** A row of a file; `--orders` gives it more than the facts of its line. */
export interface OrderRow extends OrderLineFacts {
  readonly split?: boolean;
  readonly neededBy?: string | null;
  readonly channel?: string | null;
  readonly priority?: number | null;
  readonly locations?: string | null;
}

const ignored = ['batch_reference', 'eta'];
export const orderColumns = new Columns<OrderRow>({ orderId, sku, quantity }, { ignored });

/** For `--orders`. */
export const wholeOrderColumns = new Columns<OrderRow>(
  {
    orderId,
    sku,
    quantity,
    split: flag,
    neededBy: { ...eta, name: 'needed_by' },
    channel: orNull(newChannel),
    priority: orNull(PRIORITY),
    locations: orNull(locationsInFile),
  },
  { ignored },
);
