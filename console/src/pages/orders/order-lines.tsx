import type { OrderBody, OrderedLineBody } from '@earmark/client';
import { useState } from 'react';
import { latenessOf, todayOf } from '../../data/lateness.js';
import { useAllows } from '../../data/session.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { counted, DateText, Figure, grouped } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { Claims } from './claims.js';
import { DeallocateLine } from './deallocate-line.js';
import { LineStateBadge } from './order-states.js';

interface OrderLinesProps {
  readonly order: OrderBody;
  /** The SKUs of the lines that are late. */
  readonly late: ReadonlySet<string>;
}

export function OrderLines({ order, late }: OrderLinesProps) {
  const [takenOut, setTakenOut] = useState<OrderedLineBody | null>(null);
  const mayTakeOut = useAllows()('allocations:write');
  const columns: readonly Column<OrderedLineBody>[] = [
    { head: 'SKU', cell: ({ sku }) => <ProductLink sku={sku} />, className: 'min-w-40' },
    { head: 'Units', cell: ({ quantity }) => <Figure value={quantity} />, isNumber: true },
    { head: 'State', cell: (line) => <LineStateBadge state={line.state} /> },
    { head: 'Claims', cell: (line) => <Holds line={line} />, className: 'min-w-40', isWide: true },
    { head: 'Promised', cell: (line) => <Promised line={line} /> },
    { head: 'Expected', cell: (line) => <Expected line={line} isLate={late.has(line.sku)} /> },
    { head: 'Needed by', cell: ({ neededBy }) => <DateText date={neededBy} />, isMinor: true },
    {
      head: 'Shipped',
      cell: ({ shipped, returned }) => (
        <>
          <Figure value={shipped} tone={shipped === 0 ? 'muted' : undefined} />
          {returned > 0 && <span className="block text-xs text-muted">{grouped(returned)} back</span>}
        </>
      ),
      isNumber: true,
      isMinor: true,
    },
    ...(mayTakeOut
      ? [
          {
            head: <span className="sr-only">Actions</span>,
            cell: (line: OrderedLineBody) =>
              (line.claims.length > 0 || line.state === 'backordered') && (
                <Button
                  kind="quiet"
                  className="-my-1 px-2"
                  aria-label={`Take out ${line.sku}`}
                  onClick={() => setTakenOut(line)}
                >
                  Take out
                </Button>
              ),
            className: 'text-right',
          },
        ]
      : []),
  ];
  return (
    <Section title="Lines" isFlush>
      <Table
        caption="Lines of the order"
        columns={columns}
        rows={order.lines}
        keyOf={({ sku }) => sku}
        empty={
          <Empty title="It has no lines any more">All of them were released before anything left.</Empty>
        }
      />
      {takenOut && <DeallocateLine order={order} line={takenOut} onClose={() => setTakenOut(null)} />}
    </Section>
  );
}

function Holds({ line: { claims, state, quantity, shipped, split } }: { readonly line: OrderedLineBody }) {
  const claimed = claims.reduce((sum, claim) => sum + claim.quantity, 0);
  const missing = quantity - shipped - claimed;
  return (
    <>
      {claims.length > 0 ? <Claims claims={claims} /> : null}
      {state === 'backordered' && (
        <span className="block text-muted">
          waits for {counted(missing, 'unit')}
          {split ? ', from any batches' : ''}
        </span>
      )}
      {state === 'refused' && missing > 0 && (
        <span className="block text-muted">{counted(missing, 'unit')} without a batch</span>
      )}
    </>
  );
}

const isPromised = ({ claims, shipped }: OrderedLineBody): boolean => claims.length > 0 || shipped > 0;

function Promised({ line }: { readonly line: OrderedLineBody }) {
  return <DateText date={line.promisedDate} whenNone={isPromised(line) ? 'at once' : '–'} />;
}

function Expected({ line, isLate }: { readonly line: OrderedLineBody; readonly isLate: boolean }) {
  if (line.claims.length === 0) return <span className="text-muted">–</span>;
  const { days, isAtLeast } = latenessOf(line, todayOf(new Date()));
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {line.overdue ? (
        <span className="whitespace-nowrap">nobody knows</span>
      ) : (
        <DateText date={line.expectedDate} whenNone="on hand" />
      )}
      {line.overdue && <Badge tone="bad">overdue</Badge>}
      {isLate && (
        <Badge tone="bad">
          {days > 0 ? `${isAtLeast ? 'at least ' : ''}${counted(days, 'day')} late` : 'late'}
        </Badge>
      )}
    </span>
  );
}
