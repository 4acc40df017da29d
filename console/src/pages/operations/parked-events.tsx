import type { FailedEventBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { useWrite } from '../../data/use-write.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { counted, Figure, grouped } from '../../ui/figures.js';
import { EventLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { say } from '../../ui/toasts.js';
import { DiscardDialog } from './discard-dialog.js';

const COLUMNS: readonly Column<FailedEventBody>[] = [
  {
    head: 'Event',
    isNumber: true,
    cell: ({ position }) => <EventLink position={position} />,
  },
  { head: 'Type', cell: ({ type }) => type },
  { head: 'SKU', cell: ({ key }) => <ProductLink sku={key} /> },
  {
    head: 'State',
    cell: ({ state }) =>
      state === 'parked' ? (
        <Badge tone="bad">waits for you</Badge>
      ) : (
        <Badge tone="info">is tried again</Badge>
      ),
  },
  { head: 'Attempts', isNumber: true, isMinor: true, cell: ({ attempts }) => <Figure value={attempts} /> },
  { head: 'Behind it', isNumber: true, cell: ({ behind }) => <Figure value={behind} /> },
  {
    head: 'Error',
    className: 'min-w-48 max-w-96 break-words',
    isWide: true,
    cell: ({ error }) => error ?? <span className="text-muted">not tried since it was retried</span>,
  },
];

export function ParkedEvents({ name }: { readonly name: string }) {
  const mayOperate = useAllows()('operations:write');
  const [discarded, setDiscarded] = useState<FailedEventBody>();
  const failed = useInfiniteQuery(
    apiPages(
      'subscriptions.parked',
      { name },
      (after: number | undefined, signal) =>
        earmark.subscriptions.parked({
          path: { name },
          query: { ...(after !== undefined && { after }) },
          signal,
        }),
      { isLive: false, everyMs: 5_000 },
    ),
  );
  const retry = useWrite(
    (position: number) => earmark.subscriptions.retry({ path: { name, position } }),
    (_, position) => say(`The event at ${grouped(position)} is tried again`),
    { saysFailure: true },
  );
  const discard = useWrite(
    ({ position, reason }: { position: number; reason: string }) =>
      earmark.subscriptions.discard({ path: { name, position }, body: { reason } }),
    (_, { position }) => {
      say(`The event at ${grouped(position)} is discarded`);
      setDiscarded(undefined);
    },
  );
  const actions: Column<FailedEventBody> = {
    head: <span className="sr-only">Actions</span>,
    isWide: true,
    cell: (event) => (
      <span className="flex justify-end gap-2">
        <Button
          isBusy={retry.isPending && retry.variables === event.position}
          aria-label={`Retry the event at ${grouped(event.position)}`}
          onClick={() => retry.mutate(event.position)}
        >
          Retry
        </Button>
        <Button
          kind="danger"
          aria-label={`Discard the event at ${grouped(event.position)}`}
          onClick={() => {
            discard.reset();
            setDiscarded(event);
          }}
        >
          Discard
        </Button>
      </span>
    ),
  };
  return (
    <Section
      isFlush
      title="Events that have failed"
      intro="Later events of the same SKU wait behind them; those of other SKUs go on."
    >
      <Answer of={failed}>
        {(events) => (
          <Table
            caption="Events that have failed"
            columns={mayOperate ? [...COLUMNS, actions] : COLUMNS}
            rows={events}
            keyOf={({ position }) => position}
            more={failed}
            empty={
              <Empty title="No event has failed">Whatever this subscription has read, it has handled.</Empty>
            }
          />
        )}
      </Answer>
      {discarded && (
        <DiscardDialog
          title={`Discard the event at ${grouped(discarded.position)}`}
          write={discard}
          onDiscard={(reason) => discard.mutate({ position: discarded.position, reason })}
          onClose={() => setDiscarded(undefined)}
        >
          {`${name} never handles this ${discarded.type} of ${discarded.key}` +
            (discarded.behind > 0
              ? `, and the ${counted(discarded.behind, 'event')} behind it ${discarded.behind === 1 ? 'goes' : 'go'} on.`
              : '.') +
            ' This cannot be undone.'}
        </DiscardDialog>
      )}
    </Section>
  );
}
