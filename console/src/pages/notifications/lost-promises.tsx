import type { LostPromiseBody } from '@earmark/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { newestQuery } from '../../data/newest-query.js';
import { Button } from '../../ui/button.js';
import { Figure, TimeText } from '../../ui/figures.js';
import { BatchLink, OrderLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';

const LINES = 100;
const EVERY_MS = 10_000;

const COLUMNS: readonly Column<LostPromiseBody>[] = [
  { head: 'Lost', cell: ({ lostAt }) => <TimeText time={lostAt} />, className: 'text-muted' },
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
  { head: 'SKU', cell: ({ sku }) => <ProductLink sku={sku} /> },
  { head: 'Units', isNumber: true, cell: ({ quantity }) => <Figure value={quantity} /> },
  { head: 'Batch', cell: ({ batchReference }) => <BatchLink reference={batchReference} /> },
  {
    head: 'Mail written',
    isMinor: true,
    cell: ({ reportedAt }) => <TimeText time={reportedAt} whenNone="after the quiet period" />,
  },
];

export function LostPromises({ sku }: { readonly sku: string | undefined }) {
  const [wanted, setWanted] = useState(LINES);
  const lost = useQuery({
    ...newestQuery(
      'lostPromises.list',
      { sku },
      wanted,
      (after, limit, signal) =>
        earmark.lostPromises.list({ query: { after, limit, ...(sku !== undefined && { sku }) }, signal }),
      EVERY_MS,
    ),
    placeholderData: keepPreviousData,
  });
  return (
    <Section
      isFlush
      title="Lost promises"
      intro="Order lines that lost their batch and fitted in no other: somebody has to talk to these customers."
    >
      <Answer of={lost}>
        {({ items, next }) => (
          <>
            <Table
              caption="Lost promises, the newest first"
              columns={COLUMNS}
              rows={items}
              keyOf={({ position, orderId }) => `${position} ${orderId}`}
              empty={<Empty title="No promise was lost" />}
            />
            {next !== null && (
              <div className="mt-3 px-4">
                <Button isBusy={lost.isPlaceholderData} onClick={() => setWanted(wanted + LINES)}>
                  Show older ones
                </Button>
              </div>
            )}
          </>
        )}
      </Answer>
    </Section>
  );
}
