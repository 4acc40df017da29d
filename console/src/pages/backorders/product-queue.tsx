import type { BackorderBody, PolicyBody } from '@earmark/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { Button, buttonLook } from '../../ui/button.js';
import { DateText, Figure, TimeText } from '../../ui/figures.js';
import { OrderLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { policyQuery } from '../products/policy-query.js';
import { ChangePriority } from './change-priority.js';
import { sinceQuery } from './queues-query.js';
import { ReallocationRun } from './reallocation-run.js';

const LINES_OF_PAGE = 100;

const SERVING: Readonly<Record<PolicyBody['backorders'], string>> = {
  'first-fit':
    'Units that become free go to the highest priority first, then to the oldest line; a line that they are too few for is passed over.',
  strict:
    'Units that become free go to the highest priority first, then to the oldest line; nobody overtakes the head of the queue, for which they stay reserved.',
  'fair-share': 'Units that become free go to one line of each channel in turn.',
};

export function ProductQueue({ sku }: { readonly sku: string }) {
  const allows = useAllows();
  const [changed, setChanged] = useState<BackorderBody | null>(null);
  const [isRunOpen, setRunOpen] = useState(false);
  const queue = useInfiniteQuery(
    apiPages('backorders.list', { sku }, (after: number | undefined, signal) =>
      earmark.backorders.list({
        path: { sku },
        query: { limit: LINES_OF_PAGE, ...(after !== undefined && { after }) },
        signal,
      }),
    ),
  );
  const policy = useQuery(policyQuery(sku));
  const since = useQuery(sinceQuery(sku)).data;
  const columns: readonly Column<BackorderBody>[] = [
    { head: 'Place', cell: (_, index) => <Figure value={index + 1} tone="muted" />, isNumber: true },
    { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} />, className: 'min-w-32' },
    { head: 'Units', cell: ({ quantity }) => <Figure value={quantity} />, isNumber: true },
    { head: 'Units ahead', cell: ({ unitsAhead }) => <Figure value={unitsAhead} />, isNumber: true },
    { head: 'Priority', cell: ({ priority }) => <Figure value={priority} />, isNumber: true },
    { head: 'Waits since', cell: ({ orderId }) => <TimeText time={since?.get(orderId)} /> },
    { head: 'Needed by', cell: ({ neededBy }) => <DateText date={neededBy} /> },
    {
      head: 'Channel',
      cell: ({ channel }) => channel ?? <span className="text-muted">–</span>,
      isMinor: true,
    },
    { head: 'Hold ends', cell: ({ expiresAt }) => <TimeText time={expiresAt} />, isMinor: true },
    ...(allows('orders:write')
      ? [
          {
            head: <span className="sr-only">Actions</span>,
            cell: (line: BackorderBody) => (
              <Button
                kind="quiet"
                className="-my-1 px-2"
                aria-label={`Change the priority of ${line.orderId}`}
                onClick={() => setChanged(line)}
              >
                Change the priority
              </Button>
            ),
            className: 'text-right',
          },
        ]
      : []),
  ];
  return (
    <Page
      title={`Queue of ${sku}`}
      above={
        <Link to="/backorders" className="hover:underline">
          Backorders
        </Link>
      }
      intro={policy.data && SERVING[policy.data.backorders]}
      actions={
        <>
          {allows('policies:write') && (
            <Button kind="primary" onClick={() => setRunOpen(true)}>
              Reallocate
            </Button>
          )}
          <Link to="/products/$sku" params={{ sku }} className={buttonLook()}>
            See the product
          </Link>
        </>
      }
    >
      <Section title="Lines that wait" isFlush>
        <Answer of={queue} whenNotFound={<Unknown sku={sku} />}>
          {(rows) => (
            <Table
              caption={`Lines that wait for ${sku}`}
              columns={columns}
              rows={rows}
              keyOf={({ orderId }) => orderId}
              more={queue}
              empty={
                <Empty title="Nobody waits for it">
                  Lines of <ProductLink sku={sku} /> that do not fit, and may wait, stand here.
                </Empty>
              }
            />
          )}
        </Answer>
      </Section>
      {changed && (
        <ChangePriority
          line={changed}
          sku={sku}
          queue={{ lines: queue.data ?? [], hasMore: queue.hasNextPage }}
          onClose={() => setChanged(null)}
        />
      )}
      {isRunOpen && <ReallocationRun sku={sku} onClose={() => setRunOpen(false)} />}
    </Page>
  );
}

function Unknown({ sku }: { readonly sku: string }) {
  return (
    <Empty
      title="No batch of this SKU was ever registered"
      action={
        <Link to="/backorders" className={buttonLook('primary')}>
          See all queues
        </Link>
      }
    >
      Check how {sku} is written: upper and lower case differ.
    </Empty>
  );
}
