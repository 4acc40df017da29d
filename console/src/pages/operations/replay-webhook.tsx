import type { WebhookBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { fieldError } from '../../data/field-errors.js';
import { useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { TextField } from '../../ui/field.js';
import { grouped } from '../../ui/figures.js';
import { Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';

export function ReplayWebhook({
  webhook: { id, enabled, replaying },
  onClose,
}: {
  readonly webhook: WebhookBody;
  readonly onClose: () => void;
}) {
  const [from, setFrom] = useState('');
  const position = Number(from);
  const isPosition = Number.isInteger(position) && position > 0;
  const replay = useWrite(
    () => earmark.webhooks.replay({ path: { id }, body: { from: position } }),
    () => {
      say(`Events from ${grouped(position)} on are sent again`);
      onClose();
    },
  );
  return (
    <ActionDialog
      title="Send events again"
      action="Send again"
      isDisabled={!isPosition}
      write={replay}
      fields={['from']}
      onAct={() => replay.mutate()}
      onClose={onClose}
    >
      <p>
        Every event of its types and SKUs is sent again from this position on, for each SKU in order. Newer
        events wait until the replay is done. The receiver recognises events that it already has by their
        webhook-id.
      </p>
      <TextField
        autoFocus
        required
        inputMode="numeric"
        label="From position"
        hint="The page Events shows the position of each event. 1 sends everything."
        value={from}
        error={
          fieldError(replay.error, 'from') ??
          (from !== '' && !isPosition ? 'A position is a whole number of at least 1.' : undefined)
        }
        onChange={({ target }) => setFrom(target.value.trim())}
      />
      {replaying && (
        <Notice tone="warn">
          It replaces the replay that is under way, up to {grouped(replaying.upTo)}.
        </Notice>
      )}
      {!enabled && (
        <Notice tone="info">The webhook is disabled: the replay begins once it is enabled.</Notice>
      )}
    </ActionDialog>
  );
}
