import type { WebhookBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { say } from '../../ui/toasts.js';
import { bodyOf, draftOf, isComplete, WEBHOOK_FIELDS, WebhookFields } from './webhook-fields.js';

export function ChangeWebhook({
  webhook,
  onClose,
}: {
  readonly webhook: WebhookBody;
  readonly onClose: () => void;
}) {
  // As it was when the dialog was opened, although the page goes on reading it.
  const [before] = useState(webhook);
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const path = { id: webhook.id };
  const change = useWrite(
    () => earmark.webhooks.change({ path, body: bodyOf(draft) }),
    () => {
      const { url, types, skus, format } = before;
      say('The webhook is changed', {
        label: 'Undo',
        act: () => earmark.webhooks.change({ path, body: { url, types, skus, format } }),
      });
      onClose();
    },
  );
  return (
    <ActionDialog
      isWide
      title="Change the webhook"
      action="Change the webhook"
      isDisabled={!isComplete(draft)}
      write={change}
      fields={WEBHOOK_FIELDS}
      onAct={() => change.mutate()}
      onClose={onClose}
    >
      <p className="text-muted">
        New types and SKUs apply to events from now on. Events that wait already are still sent; after a
        change of the URL, they are sent there at once.
      </p>
      <WebhookFields draft={draft} error={change.error} onChange={setDraft} />
    </ActionDialog>
  );
}
