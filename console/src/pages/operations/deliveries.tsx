import type { DeliveryBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Badge } from '../../ui/badge.js';
import { CheckField } from '../../ui/field.js';
import { Figure, TimeText } from '../../ui/figures.js';
import { EventLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { DELIVERY_TONES } from './webhook-words.js';

const COLUMNS: readonly Column<DeliveryBody>[] = [
  {
    head: 'Event',
    isNumber: true,
    cell: ({ position }) => <EventLink position={position} />,
  },
  { head: 'Type', cell: ({ type }) => type },
  { head: 'SKU', isMinor: true, cell: ({ sku }) => <ProductLink sku={sku} /> },
  { head: 'State', cell: ({ state }) => <Badge tone={DELIVERY_TONES[state]}>{state}</Badge> },
  { head: 'Answer', isNumber: true, cell: ({ status }) => status ?? '–' },
  { head: 'Attempts', isNumber: true, isMinor: true, cell: ({ attempts }) => <Figure value={attempts} /> },
  {
    head: 'When',
    cell: ({ state, lastAttemptAt, nextAttemptAt, createdAt, endedAt }) =>
      state === 'pending' && nextAttemptAt !== null ? (
        <>
          tried again <TimeText time={nextAttemptAt} />
        </>
      ) : (
        <TimeText time={endedAt ?? lastAttemptAt ?? createdAt} />
      ),
  },
  {
    head: 'Error',
    className: 'max-w-80 break-words',
    isWide: true,
    cell: ({ error }) => error ?? <span className="text-muted">none</span>,
  },
];

export function Deliveries({ id }: { readonly id: string }) {
  const [onlyFailed, setOnlyFailed] = useState(false);
  const deliveries = useInfiniteQuery(
    apiPages(
      'webhooks.deliveries',
      { id, onlyFailed },
      (after: number | undefined, signal) =>
        earmark.webhooks.deliveries({
          path: { id },
          query: { ...(onlyFailed && { state: 'failed' }), ...(after !== undefined && { after }) },
          signal,
        }),
      { isLive: false, everyMs: 5_000 },
    ),
  );
  return (
    <Section
      isFlush
      title="Deliveries"
      intro="The newest event first. Those that have ended are kept for some days."
      actions={
        <CheckField
          label="Only those that have failed"
          checked={onlyFailed}
          onChange={({ target }) => setOnlyFailed(target.checked)}
        />
      }
    >
      <Answer of={deliveries}>
        {(items) => (
          <Table
            caption="Deliveries"
            columns={COLUMNS}
            rows={items}
            keyOf={({ position }) => position}
            more={deliveries}
            empty={
              <Empty title={onlyFailed ? 'No delivery has failed' : 'Nothing was sent yet'}>
                {onlyFailed
                  ? 'One that has used up its attempts is listed here.'
                  : 'The next event of its types and SKUs is. A replay sends earlier ones.'}
              </Empty>
            }
          />
        )}
      </Answer>
    </Section>
  );
}
