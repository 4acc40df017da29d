import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { integrityQuery, readyQuery, subscriptionsQuery } from '../../data/service-queries.js';
import { infoQuery, useAllows } from '../../data/session.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { TimeText } from '../../ui/figures.js';
import { messageOf } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import {
  brokerHealth,
  databaseHealth,
  integrityHealth,
  mailHealth,
  subscriptionHealth,
  webhookHealth,
  type Health,
} from './health-states.js';
import { deadLettersQuery, notificationsQuery, webhooksQuery } from './queries.js';

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
}

const WORDS: Readonly<Record<Health['state'], readonly [Tone, string]>> = {
  good: ['good', 'well'],
  warn: ['warn', 'look'],
  bad: ['bad', 'trouble'],
  neutral: ['neutral', 'off'],
};

const CHECKING: Health = { state: 'neutral', says: 'Being checked' };

/** What a query says of a part of the service; its failure is no health either. */
function healthOf<Data>({ data, error }: Asked<Data>, of: (data: Data) => Health): Health {
  if (error) return { state: 'bad', says: messageOf(error) };
  return data === undefined ? CHECKING : of(data);
}

/** Whether each part of the service is well, as far as the caller may see it. */
export function HealthList() {
  const allows = useAllows();
  const isAdmin = allows('admin');
  const seesWebhooks = allows('webhooks:write');
  const info = useQuery(infoQuery);
  const ready = useQuery(readyQuery);
  const subscriptions = useQuery({ ...subscriptionsQuery, enabled: isAdmin });
  const deadLetters = useQuery({ ...deadLettersQuery, enabled: isAdmin });
  const notifications = useQuery(notificationsQuery);
  const webhooks = useQuery({ ...webhooksQuery, enabled: seesWebhooks });
  const integrity = useQuery(integrityQuery);
  const features = info.data?.features;
  return (
    <Section
      title="Health"
      actions={
        isAdmin && (
          <Link to="/operations" className="text-accent-text hover:underline">
            Operations
          </Link>
        )
      }
    >
      <ul className="flex flex-col divide-y divide-edge">
        <Part name="Database" of={healthOf(ready, databaseHealth)} />
        {isAdmin && (
          <Part name="Subscriptions" to="/operations" of={healthOf(subscriptions, subscriptionHealth)} />
        )}
        {features && (
          <Part
            name="Brokers"
            to={isAdmin ? '/operations' : undefined}
            of={
              isAdmin
                ? healthOf(deadLetters, (letters) => brokerHealth(features, letters))
                : brokerHealth(features, undefined)
            }
          />
        )}
        {features && (
          <Part
            name="Mail"
            to="/notifications"
            of={healthOf(notifications, ({ items }) => mailHealth(features.mailServer, items))}
          />
        )}
        {seesWebhooks && (
          <Part
            name="Webhooks"
            to={isAdmin ? '/operations' : undefined}
            of={healthOf(webhooks, ({ items }) => webhookHealth(items))}
          />
        )}
        <Part
          name="Integrity"
          of={integrity.isFetching ? CHECKING : healthOf(integrity, integrityHealth)}
          action={
            !integrity.isFetching && (
              <>
                {integrity.data && <TimeText time={new Date(integrity.dataUpdatedAt).toISOString()} />}{' '}
                <button className="text-accent-text hover:underline" onClick={() => void integrity.refetch()}>
                  Check again
                </button>
              </>
            )
          }
        />
      </ul>
    </Section>
  );
}

interface PartProps {
  readonly name: string;
  readonly of: Health;
  readonly to?: '/operations' | '/notifications' | undefined;
  readonly action?: ReactNode;
}

function Part({ name, of: health, to, action }: PartProps) {
  const { state, says } = health;
  const [tone, word] = WORDS[state];
  return (
    <li className="grid grid-cols-[7.5rem_1fr_auto] items-baseline gap-x-3 py-1.5">
      {to ? (
        <Link to={to} className="hover:underline">
          {name}
        </Link>
      ) : (
        <span>{name}</span>
      )}
      <span className="min-w-0 break-words text-muted">
        {says} {action}
      </span>
      {health !== CHECKING && <Badge tone={tone}>{word}</Badge>}
    </li>
  );
}
