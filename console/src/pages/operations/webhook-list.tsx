import type { WebhookBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Figure } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { CreateWebhook } from './create-webhook.js';
import { skusText, standingOf, typesText } from './webhook-words.js';

const COLUMNS: readonly Column<WebhookBody>[] = [
  {
    head: 'Address',
    className: 'min-w-48 wrap-anywhere',
    cell: ({ id, url }) => (
      <Link
        to="/operations/webhooks/$id"
        params={{ id }}
        className="font-medium text-accent-text hover:underline"
      >
        {url}
      </Link>
    ),
  },
  {
    head: 'State',
    cell: (webhook) => {
      const { name, tone, says } = standingOf(webhook);
      return (
        <span title={says}>
          <Badge tone={tone}>{name}</Badge>
        </span>
      );
    },
  },
  {
    head: 'Sends',
    isMinor: true,
    cell: ({ types, skus }) => `${typesText(types)} of ${skusText(skus)}`,
  },
  { head: 'Waiting', isNumber: true, cell: ({ pending }) => <Figure value={pending} /> },
];

export function WebhookList() {
  const [isCreating, setCreating] = useState(false);
  const webhooks = useInfiniteQuery(
    apiPages(
      'webhooks.list',
      {},
      (after: string | undefined, signal) =>
        earmark.webhooks.list({ query: { ...(after !== undefined && { after }) }, signal }),
      { isLive: false, everyMs: 10_000 },
    ),
  );
  const create = <Button onClick={() => setCreating(true)}>Add a webhook</Button>;
  return (
    <Section
      isFlush
      title="Webhooks"
      intro="Who is called when something happens: each event is posted, signed, to these addresses."
      actions={create}
    >
      <Answer of={webhooks}>
        {(items) => (
          <Table
            caption="Webhooks"
            columns={COLUMNS}
            rows={items}
            keyOf={({ id }) => id}
            more={webhooks}
            empty={
              <Empty title="Nobody is called yet">
                Add the address of a shop, an ERP or a warehouse that has to know what happens.
              </Empty>
            }
          />
        )}
      </Answer>
      {isCreating && <CreateWebhook onClose={() => setCreating(false)} />}
    </Section>
  );
}
