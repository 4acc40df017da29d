import type { PromisedLineBody } from '@earmark/client';
import { DateText, Figure } from '../../ui/figures.js';
import { BatchLink, OrderLink, ProductLink } from '../../ui/links.js';
import type { Column } from '../../ui/table.js';

/** Columns that every table of promised lines has. */
export const ORDER: Column<PromisedLineBody> = {
  head: 'Order',
  cell: ({ orderId }) => <OrderLink orderId={orderId} />,
  className: 'min-w-28',
};
export const SKU: Column<PromisedLineBody> = {
  head: 'SKU',
  cell: ({ sku }) => <ProductLink sku={sku} />,
  className: 'min-w-40',
};
export const UNITS: Column<PromisedLineBody> = {
  head: 'Units',
  cell: ({ quantity }) => <Figure value={quantity} />,
  isNumber: true,
};
export const BATCHES: Column<PromisedLineBody> = {
  head: 'Batches',
  cell: ({ claims }) => (
    <ul>
      {claims.map(({ batchReference }) => (
        <li key={batchReference}>
          <BatchLink reference={batchReference} />
        </li>
      ))}
    </ul>
  ),
  className: 'min-w-32',
  isMinor: true,
};
export const PROMISED: Column<PromisedLineBody> = {
  head: 'Promised',
  cell: ({ promisedDate }) => <DateText date={promisedDate} whenNone="at once" />,
};
export const NEEDED_BY: Column<PromisedLineBody> = {
  head: 'Needed by',
  cell: ({ neededBy }) => <DateText date={neededBy} />,
  isMinor: true,
};
