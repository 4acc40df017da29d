import type { PromisedLineBody } from '@earmark/client';
import { DateText, Figure } from '../../ui/figures.js';
import { BatchLink, OrderLink, ProductLink } from '../../ui/links.js';
import type { Column } from '../../ui/table.js';

/** Columns that every table of promised lines has. On a phone there is room for three: the SKU stands below its order. */
export const ORDER: Column<PromisedLineBody> = {
  head: 'Order',
  cell: (line) => (
    <OrderAndSku line={line}>
      <OrderLink orderId={line.orderId} />
    </OrderAndSku>
  ),
  className: 'min-w-28 max-md:wrap-anywhere',
};
export const SKU: Column<PromisedLineBody> = {
  head: 'SKU',
  cell: ({ sku }) => <ProductLink sku={sku} />,
  className: 'min-w-40',
  isMinor: true,
};
export const UNITS: Column<PromisedLineBody> = {
  head: 'Units',
  cell: ({ quantity }) => <Figure value={quantity} />,
  isNumber: true,
  isMinor: true,
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
  isMinor: true,
};
export const NEEDED_BY: Column<PromisedLineBody> = {
  head: 'Needed by',
  cell: ({ neededBy }) => <DateText date={neededBy} />,
  isMinor: true,
};

/** @param children the order, or what stands for it */
export function OrderAndSku({
  line: { sku, quantity },
  children,
}: {
  readonly line: PromisedLineBody;
  readonly children: React.ReactNode;
}) {
  return (
    <>
      {children}
      <span className="block md:hidden">
        <Figure value={quantity} tone="muted" /> <span className="text-muted">×</span>{' '}
        <ProductLink sku={sku} />
      </span>
    </>
  );
}
