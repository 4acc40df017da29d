import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { FORGOTTEN, useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { ShownOnce } from '../../ui/shown-once.js';
import { say } from '../../ui/toasts.js';
import { bodyOf, isComplete, NEW_WEBHOOK, WEBHOOK_FIELDS, WebhookFields } from './webhook-fields.js';

export function CreateWebhook({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState(NEW_WEBHOOK);
  const create = useWrite(
    () => earmark.webhooks.create({ body: bodyOf(draft) }),
    ({ data }) => say(`Events are sent to ${new URL(data.url).host} from now on`),
    FORGOTTEN,
  );
  if (create.data)
    return (
      <ShownOnce
        title="The secret of the webhook"
        name="secret"
        secret={create.data.data.secret}
        onDone={onClose}
      >
        The receiver checks with it that a call comes from this service. If it is lost, give the webhook a new
        one.
      </ShownOnce>
    );
  return (
    <ActionDialog
      isWide
      title="Add a webhook"
      action="Add the webhook"
      isDisabled={!isComplete(draft)}
      write={create}
      fields={WEBHOOK_FIELDS}
      onAct={() => create.mutate()}
      onClose={onClose}
    >
      <p className="text-muted">
        The webhook gets every event of its types and SKUs from now on. A replay sends it earlier events.
      </p>
      <WebhookFields draft={draft} error={create.error} onChange={setDraft} />
    </ActionDialog>
  );
}
