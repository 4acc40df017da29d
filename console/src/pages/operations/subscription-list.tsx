import type { SubscriptionBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { subscriptionsQuery } from '../../data/service-queries.js';
import { Badge } from '../../ui/badge.js';
import { Figure, grouped } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { LagLine } from './lag-line.js';
import { useLagSamples, type Lag } from './lag-samples.js';

export function SubscriptionList() {
  const subscriptions = useQuery(subscriptionsQuery);
  const samples = useLagSamples(subscriptions.data?.items, subscriptions.dataUpdatedAt);
  return (
    <Section
      isFlush
      title="Subscriptions"
      intro="What reads the event log, and how far each has come. The curve is that of the time since the console was opened."
    >
      <Answer of={subscriptions}>
        {({ items }) => (
          <Table
            caption="Subscriptions"
            columns={columnsWith(samples)}
            rows={items}
            keyOf={({ name }) => name}
          />
        )}
      </Answer>
    </Section>
  );
}

const columnsWith = (samples: ReadonlyMap<string, readonly Lag[]>): readonly Column<SubscriptionBody>[] => [
  {
    head: 'Subscription',
    cell: ({ name }) => (
      <Link
        to="/operations/subscriptions/$name"
        params={{ name }}
        className="font-medium text-accent-text hover:underline"
      >
        {name}
      </Link>
    ),
  },
  { head: 'Position', isNumber: true, cell: ({ position }) => <Figure value={position} /> },
  { head: 'Behind', isNumber: true, cell: (subscription) => <Behind of={subscription} /> },
  {
    head: 'Over time',
    isMinor: true,
    cell: ({ name }) => <LagLine samples={samples.get(name) ?? []} />,
  },
  {
    head: 'Parked',
    isNumber: true,
    cell: ({ parked }) => <Figure value={parked} tone={parked > 0 ? 'bad' : 'muted'} />,
  },
  {
    head: 'Last error',
    isMinor: true,
    className: 'max-w-80 break-words',
    cell: ({ lastError }) => lastError ?? <span className="text-muted">none</span>,
  },
];

/** A few seconds are what a batch of events takes. */
const LATE_SECONDS = 10;

export function Behind({ of: { lag } }: { readonly of: Pick<SubscriptionBody, 'lag'> }) {
  if (lag.events === 0) return <Badge tone="good">caught up</Badge>;
  return (
    <Badge tone={lag.seconds > LATE_SECONDS ? 'bad' : 'info'}>
      {`${grouped(lag.events)} · ${grouped(Math.round(lag.seconds))} s`}
    </Badge>
  );
}
