import type { BackorderBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { buttonLook } from '../../ui/button.js';
import { DateText, Figure } from '../../ui/figures.js';
import { OrderLink } from '../../ui/links.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';

const SHOWN = 5;

/** The first of the lines that wait for the product. */
export function ProductQueue({ sku }: { readonly sku: string }) {
  const queue = useQuery(
    apiQuery('backorders.list', { sku, limit: SHOWN }, (signal) =>
      earmark.backorders.list({ path: { sku }, query: { limit: SHOWN }, signal }),
    ),
  );
  return (
    <Section
      title="Queue"
      isFlush
      actions={
        <Link to="/backorders" search={{ sku }} className={buttonLook('quiet')}>
          Open the queue
        </Link>
      }
    >
      <Answer of={queue} rows={2}>
        {({ items, next }) => (
          <>
            <Table
              caption="Lines that wait"
              columns={COLUMNS}
              rows={items}
              keyOf={({ orderId }) => orderId}
              empty={<p className="text-muted">No line waits for this product.</p>}
            />
            {next !== null && <p className="mt-2 px-4 text-muted">More lines wait behind these.</p>}
          </>
        )}
      </Answer>
    </Section>
  );
}

const COLUMNS: readonly Column<BackorderBody>[] = [
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
  { head: 'Waits for', isNumber: true, cell: ({ quantity }) => <Figure value={quantity} /> },
  { head: 'Ahead', isNumber: true, cell: ({ unitsAhead }) => <Figure value={unitsAhead} tone="muted" /> },
  { head: 'Priority', isNumber: true, isMinor: true, cell: ({ priority }) => priority },
  {
    head: 'Needed by',
    isMinor: true,
    cell: ({ neededBy }) => <DateText date={neededBy} whenNone="any day" />,
  },
];
