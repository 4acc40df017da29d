import type { PromisedLineBody } from '@earmark/client';
import { Badge } from '../../ui/badge.js';
import { DateText, Figure } from '../../ui/figures.js';
import { BatchLink, OrderLink, ProductLink } from '../../ui/links.js';
import { Empty } from '../../ui/notice.js';
import { Table, type Column } from '../../ui/table.js';

interface PromisedLinesProps {
  readonly rows: readonly PromisedLineBody[];
  readonly more: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}

/** Every promised line, late or not. */
export function PromisedLines({ rows, more }: PromisedLinesProps) {
  return (
    <Table
      caption="Promised lines"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ orderId, sku }) => `${orderId} ${sku}`}
      more={more}
      empty={<Empty title="Nothing is promised">Lines that claim units stand here.</Empty>}
    />
  );
}

const COLUMNS: readonly Column<PromisedLineBody>[] = [
  {
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
  },
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} />, className: 'min-w-32' },
  { head: 'SKU', cell: ({ sku }) => <ProductLink sku={sku} />, className: 'min-w-40' },
  { head: 'Units', cell: ({ quantity }) => <Figure value={quantity} />, isNumber: true },
  { head: 'Promised', cell: ({ promisedDate }) => <DateText date={promisedDate} whenNone="at once" /> },
  {
    head: 'Expected',
    cell: ({ expectedDate, overdue, late }) => (
      <span className="inline-flex flex-wrap items-center gap-x-2">
        {!overdue && <DateText date={expectedDate} whenNone="on hand" />}
        {overdue && <Badge tone="bad">overdue</Badge>}
        {late && !overdue && <Badge tone="bad">late</Badge>}
      </span>
    ),
  },
  { head: 'Needed by', cell: ({ neededBy }) => <DateText date={neededBy} />, isMinor: true },
];
