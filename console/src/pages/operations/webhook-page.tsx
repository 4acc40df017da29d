import type { WebhookBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Badge } from '../../ui/badge.js';
import { counted, grouped, TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Fact, Facts, Page, Section } from '../../ui/page.js';
import { Deliveries } from './deliveries.js';
import { WebhookActions } from './webhook-actions.js';
import { standingOf } from './webhook-words.js';

/** More than these are not counted. */
const MOST_PENDING = 10_000;

export function WebhookPage() {
  const { id } = useParams({ from: '/operations/webhooks/$id' });
  const webhook = useQuery(
    apiQuery('webhooks.find', { id }, (signal) => earmark.webhooks.find({ path: { id }, signal }), {
      isLive: false,
      everyMs: 5_000,
    }),
  );
  const standing = webhook.data && standingOf(webhook.data);
  return (
    <Page
      title={webhook.data ? new URL(webhook.data.url).host : 'Webhook'}
      above={
        <Link to="/operations" className="hover:underline">
          Operations
        </Link>
      }
      beside={standing && <Badge tone={standing.tone}>{standing.name}</Badge>}
      actions={webhook.data && <WebhookActions webhook={webhook.data} />}
      intro={standing?.says}
    >
      <Answer
        of={webhook}
        whenNotFound={<Empty title="There is no such webhook">It may have been deleted.</Empty>}
      >
        {(found) => (
          <>
            <Section title="What is sent where">
              <WebhookFacts of={found} />
            </Section>
            <Deliveries id={id} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function WebhookFacts({
  of: {
    id,
    url,
    types,
    skus,
    format,
    disabledAt,
    failingSince,
    pausedUntil,
    replaying,
    pending,
    previousSecretUntil,
    createdAt,
  },
}: {
  readonly of: WebhookBody;
}) {
  return (
    <Facts>
      <Fact name="Address">{url}</Fact>
      <Fact name="Types">{types.includes('*') ? 'all' : types.join(', ')}</Fact>
      <Fact name="SKUs">{skus === null ? 'all' : skus.join(', ')}</Fact>
      <Fact name="Format">{format === 'standard' ? 'Standard Webhooks' : 'CloudEvents 1.0'}</Fact>
      <Fact name="Waiting">
        {pending >= MOST_PENDING ? `${grouped(MOST_PENDING)} or more` : counted(pending, 'event')}
      </Fact>
      {replaying && (
        <Fact name="Replay">
          sent again up to {grouped(replaying.after)} of {grouped(replaying.upTo)}
        </Fact>
      )}
      {disabledAt !== null && (
        <Fact name="Disabled">
          <TimeText time={disabledAt} />
        </Fact>
      )}
      {failingSince !== null && (
        <Fact name="Failing since">
          <TimeText time={failingSince} />
        </Fact>
      )}
      {pausedUntil !== null && (
        <Fact name="Paused until">
          <TimeText time={pausedUntil} />
        </Fact>
      )}
      {previousSecretUntil !== null && (
        <Fact name="Earlier secret">
          signs as well, and ends <TimeText time={previousSecretUntil} />
        </Fact>
      )}
      <Fact name="Added">
        <TimeText time={createdAt} />
      </Fact>
      <Fact name="Id">
        <code className="font-mono text-xs">{id}</code>
      </Fact>
    </Facts>
  );
}
