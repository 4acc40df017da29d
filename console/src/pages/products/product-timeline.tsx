import type { TimelineBody, TimelineRowBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { DateText, Figure } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { Table, type Column } from '../../ui/table.js';
import { TimelineChart } from './timeline-chart.js';

/** What is on hand, what comes on which day, and what is left to promise by then. */
export function ProductTimeline({ sku }: { readonly sku: string }) {
  const timeline = useQuery(
    apiQuery<TimelineBody>('products.timeline', { sku }, (signal) =>
      earmark.products.timeline({ path: { sku }, signal }),
    ),
  );
  return (
    <Answer of={timeline} rows={4}>
      {({ items }) => (
        <>
          <div className="px-4">
            <TimelineChart of={items} />
          </div>
          <details className="mt-2">
            <summary className="px-4 text-muted hover:text-text">As a table</summary>
            <div className="mt-2">
              <Table caption="Time line" columns={COLUMNS} rows={items} keyOf={(_, index) => index} />
            </div>
          </details>
        </>
      )}
    </Answer>
  );
}

const COLUMNS: readonly Column<TimelineRowBody>[] = [
  {
    head: 'Day',
    cell: ({ date, overdue }) => <DateText date={date} whenNone={overdue ? 'overdue' : 'on hand'} />,
  },
  { head: 'Comes', isNumber: true, cell: ({ receipts }) => <Figure value={receipts} /> },
  { head: 'Promised', isNumber: true, cell: ({ claims }) => <Figure value={claims} /> },
  { head: 'Left', isNumber: true, cell: ({ available }) => <Figure value={available} /> },
  { head: 'Left in all', isNumber: true, cell: ({ cumulative }) => <Figure value={cumulative} /> },
];
