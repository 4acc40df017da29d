import type { PromisedLineBody } from '@earmark/client';
import { Badge } from '../../ui/badge.js';
import { DateText } from '../../ui/figures.js';
import { Empty } from '../../ui/notice.js';
import { Table, type Column } from '../../ui/table.js';
import type { More } from '../batches/none-so-far.js';
import { BATCHES, NEEDED_BY, ORDER, PROMISED, SKU, UNITS } from './promise-columns.js';

interface PromisedLinesProps {
  readonly rows: readonly PromisedLineBody[];
  readonly more: More;
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
  BATCHES,
  ORDER,
  SKU,
  UNITS,
  PROMISED,
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
  NEEDED_BY,
];
