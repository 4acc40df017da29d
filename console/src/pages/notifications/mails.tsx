import type { NotificationBody } from '@earmark/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { counted, TimeText } from '../../ui/figures.js';
import { BatchLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { mailsOf, type Mail } from './mails-of.js';
import { mailsQuery } from './mails-query.js';

export const STATES: Readonly<Record<NotificationBody['state'], { name: string; tone: Tone }>> = {
  pending: { name: 'Waiting', tone: 'warn' },
  sent: { name: 'Sent', tone: 'good' },
  refused: { name: 'Refused', tone: 'bad' },
};

const ALERTS = 100;

export function Mails({
  sku,
  state,
}: {
  readonly sku: string | undefined;
  readonly state: NotificationBody['state'] | undefined;
}) {
  const [wanted, setWanted] = useState(ALERTS);
  const alerts = useQuery({ ...mailsQuery(sku, wanted), placeholderData: keepPreviousData });
  return (
    <Answer of={alerts}>
      {({ items, next }) => {
        const mails = mailsOf(items).filter(
          ({ alerts: [first] }) => state === undefined || first.state === state,
        );
        return (
          <Section
            title="Mails"
            intro={`${counted(mails.length, 'mail')}${state === undefined ? '' : ` of ${counted(mailsOf(items).length, 'mail')}`}, the newest first.`}
          >
            {mails.length === 0 ? (
              <Empty title="No mail">
                {items.length === 0
                  ? 'A mail is written when a SKU runs short, a batch is late or overdue, or order lines lose their batch.'
                  : 'None of the mails that were read is in this state.'}
              </Empty>
            ) : (
              <ul className="flex flex-col gap-2">
                {mails.map((mail) => (
                  <li key={mail.id} className="overflow-hidden rounded-md border border-edge">
                    <MailItem mail={mail} />
                  </li>
                ))}
              </ul>
            )}
            {next !== null && (
              <div className="mt-3">
                <Button isBusy={alerts.isPlaceholderData} onClick={() => setWanted(wanted + ALERTS)}>
                  Show older mails
                </Button>
              </div>
            )}
          </Section>
        );
      }}
    </Answer>
  );
}

function MailItem({ mail: { mailId, alerts } }: { readonly mail: Mail }) {
  const [{ state, to, sentAt, createdAt, attempts, error }] = alerts;
  const { name, tone } = STATES[state];
  return (
    <article>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-sunken px-3 py-1.5">
        <Badge tone={tone}>{name}</Badge>
        <span className="text-muted">
          {sentAt === null ? (
            <>
              written <TimeText time={createdAt} />
            </>
          ) : (
            <TimeText time={sentAt} />
          )}{' '}
          to {to.endsWith('.invalid') ? 'a recipient that your scopes do not show' : to}
          {alerts.length > 1 && ` · ${counted(alerts.length, 'alert')} in one mail`}
          {mailId === null && ' · goes with the next mail'}
          {attempts > 1 && ` · ${counted(attempts, 'attempt')}`}
        </span>
        {error !== null && <span className="basis-full break-words text-bad">{error}</span>}
      </header>
      {alerts.map((alert) => (
        <details key={alert.id} className="border-t border-edge">
          <summary className="px-3 py-1.5 hover:bg-sunken">{alert.subject}</summary>
          <div className="flex flex-col gap-2 px-3 pb-3 pl-7">
            <p className="max-w-prose break-words whitespace-pre-line">{alert.text}</p>
            <p className="flex flex-wrap gap-x-4 text-muted">
              <ProductLink sku={alert.sku} />
              {alert.batchReference !== null && <BatchLink reference={alert.batchReference} />}
            </p>
          </div>
        </details>
      ))}
    </article>
  );
}
