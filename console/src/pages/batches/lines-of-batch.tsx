import type { BatchBody, PromisedLineBody } from '@earmark/client';
import { Badge } from '../../ui/badge.js';
import { DateText, grouped } from '../../ui/figures.js';
import { OrderLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Table, type Column } from '../../ui/table.js';
import type { useLinesOfBatch } from './batch-query.js';

interface LinesOfBatchProps {
  readonly of: ReturnType<typeof useLinesOfBatch>;
  readonly batch: BatchBody;
}

/** The lines that claim units of the batch, in the order in which they would leave it. */
export function LinesOfBatch({ of: lines, batch }: LinesOfBatchProps) {
  return (
    <Answer of={lines}>
      {(data) => (
        <>
          {data.length > 1 && (
            <p className="mb-2 px-4 text-muted">
              {lines.hasNextPage
                ? 'Those that would leave it last come first.'
                : 'The newest first: in the order in which they would leave the batch if it had fewer units.'}
            </p>
          )}
          <Table
            caption={`Lines that claim units of ${batch.reference}`}
            columns={columnsFor(batch.reference)}
            // The API gives those that would leave it last first; read to its end, it can be turned round.
            rows={lines.hasNextPage ? data : data.toReversed()}
            keyOf={({ orderId }) => orderId}
            more={lines}
            empty={
              <Empty title="Nobody claims units of it">
                {batch.available === 0
                  ? 'All of its units have left, or it has none.'
                  : batch.blocked
                    ? 'It is blocked: no order gets them until it is unblocked.'
                    : 'The next order that fits gets them.'}
              </Empty>
            }
          />
        </>
      )}
    </Answer>
  );
}

const columnsFor = (reference: string): readonly Column<PromisedLineBody>[] => [
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
  {
    head: 'Units',
    isNumber: true,
    cell: ({ quantity, claims }) => {
      const here = claims.find(({ batchReference }) => batchReference === reference)?.quantity ?? quantity;
      return here === quantity ? grouped(here) : `${grouped(here)} of ${grouped(quantity)}`;
    },
  },
  {
    head: 'Promised',
    isMinor: true,
    cell: ({ promisedDate }) => <DateText date={promisedDate} whenNone="at once" />,
  },
  {
    head: 'Expected',
    cell: ({ expectedDate, overdue }) => (
      <DateText date={expectedDate} whenNone={overdue ? 'nobody knows' : 'on hand'} />
    ),
  },
  {
    head: 'Needed by',
    isMinor: true,
    cell: ({ neededBy }) => <DateText date={neededBy} whenNone="any day" />,
  },
  {
    head: <span className="sr-only">State</span>,
    cell: ({ late, overdue }) =>
      late ? <Badge tone="bad">{overdue ? 'overdue' : 'late'}</Badge> : <Badge tone="good">in time</Badge>,
  },
];
