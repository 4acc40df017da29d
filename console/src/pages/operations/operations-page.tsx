import { useQuery } from '@tanstack/react-query';
import { readyQuery, subscriptionsQuery } from '../../data/service-queries.js';
import { infoQuery, useAllows } from '../../data/session.js';
import { grouped } from '../../ui/figures.js';
import { messageOf } from '../../ui/notice.js';
import { Page, Tile, Tiles } from '../../ui/page.js';
import { Configuration } from './configuration.js';
import { DeadLetters } from './dead-letters.js';
import { Integrity } from './integrity.js';
import { Migrations } from './migrations.js';
import { SubscriptionList } from './subscription-list.js';
import { waitingText } from './waiting-text.js';
import { WebhookList } from './webhook-list.js';

/** What the operator of the service looks at: whether it is well, what is stuck, and what to do about it. */
export function OperationsPage() {
  const allows = useAllows();
  const isAdmin = allows('admin');
  return (
    <Page
      title="Operations"
      intro="Whether the service is well, what is stuck, and what can be done about it."
    >
      <Standing isAdmin={isAdmin} />
      <Integrity />
      {isAdmin && <SubscriptionList />}
      {allows('webhooks:write') && <WebhookList />}
      {isAdmin && <DeadLetters />}
      {isAdmin && <Migrations />}
      <Configuration />
    </Page>
  );
}

function Standing({ isAdmin }: { readonly isAdmin: boolean }) {
  const health = useQuery(readyQuery);
  const subscriptions = useQuery({ ...subscriptionsQuery, enabled: isAdmin });
  const { data: info } = useQuery(infoQuery);
  const items = subscriptions.data?.items;
  const behind = items && Math.max(0, ...items.map(({ lag }) => lag.events));
  const parked = items?.reduce((sum, each) => sum + each.parked, 0);
  return (
    <Tiles>
      <Tile
        name="Service"
        note={health.error ? messageOf(health.error) : (health.data ?? 'database and disk are well')}
      >
        {health.error
          ? 'No answer'
          : health.data === undefined
            ? '…'
            : health.data === null
              ? 'Ready'
              : 'Not ready'}
      </Tile>
      {behind !== undefined && (
        <Tile name="Events behind" note="the slowest subscription">
          {grouped(behind)}
        </Tile>
      )}
      {parked !== undefined && (
        <Tile name="Parked events" note={waitingText(parked)}>
          {grouped(parked)}
        </Tile>
      )}
      {info && <Tile name="Version">{info.version}</Tile>}
    </Tiles>
  );
}
