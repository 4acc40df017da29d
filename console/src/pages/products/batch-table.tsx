import type { StockBody } from '@earmark/client';
import { useMemo } from 'react';
import { Badge } from '../../ui/badge.js';
import { DateText, Figure } from '../../ui/figures.js';
import { BatchLink } from '../../ui/links.js';
import { Empty } from '../../ui/notice.js';
import { StockBar } from '../../ui/stock-bar.js';
import { Table, type Column } from '../../ui/table.js';
import { barOf } from '../batches/batch-states.js';

type Batch = Omit<StockBody, 'allocated'>;

interface BatchTableProps {
  readonly rows: readonly Batch[];
  readonly more?: Parameters<typeof Table>[0]['more'];
}

export function BatchTable({ rows, more }: BatchTableProps) {
  const columns = useMemo(() => columnsFor(rows), [rows]);
  return (
    <Table
      caption="Batches"
      columns={columns}
      rows={rows}
      keyOf={({ reference }) => reference}
      {...(more && { more })}
      empty={
        <Empty title="No batch has units left">
          Register a batch for what was bought, or show the empty batches.
        </Empty>
      }
    />
  );
}

export const hasUnits = ({ onHand, inbound }: Pick<StockBody, 'onHand' | 'inbound'>): boolean =>
  onHand + inbound > 0;

function columnsFor(rows: readonly Batch[]): readonly Column<Batch>[] {
  const scale = rows.reduce((most, { onHand, inbound }) => Math.max(most, onHand + inbound), 0);
  return [
    {
      head: '#',
      isNumber: true,
      isMinor: true,
      cell: (_, index) => <Figure value={index + 1} tone="muted" />,
    },
    {
      head: 'Batch',
      cell: ({ reference }) => <BatchLink reference={reference} />,
      className: 'min-w-28',
    },
    {
      head: 'Comes',
      cell: ({ eta, overdue, blocked }) => (
        <span className="inline-flex flex-wrap items-center gap-1.5">
          <DateText date={eta} whenNone="on hand" />
          {overdue && <Badge tone="bad">overdue</Badge>}
          {blocked && <Badge tone="bad">blocked</Badge>}
        </span>
      ),
    },
    {
      head: 'Units',
      className: 'w-2/5 min-w-32',
      isWide: true,
      cell: (batch) => <StockBar {...barOf(batch)} of={scale} />,
    },
    { head: 'On hand', isNumber: true, isMinor: true, cell: ({ onHand }) => <Figure value={onHand} /> },
    { head: 'Inbound', isNumber: true, isMinor: true, cell: ({ inbound }) => <Figure value={inbound} /> },
    { head: 'Promised', isNumber: true, cell: ({ claimed }) => <Figure value={claimed} /> },
    {
      head: 'Available',
      isNumber: true,
      cell: ({ available }) => <Figure value={available} tone={available === 0 ? 'muted' : undefined} />,
    },
    ...(rows.some(({ location }) => location !== 'main')
      ? [{ head: 'Place', isMinor: true, cell: ({ location }: Batch) => location }]
      : []),
    ...(rows.some(({ bestBefore }) => bestBefore !== null)
      ? [
          {
            head: 'Best before',
            isMinor: true,
            cell: ({ bestBefore }: Batch) => <DateText date={bestBefore} whenNone="keeps" />,
          },
        ]
      : []),
  ];
}
