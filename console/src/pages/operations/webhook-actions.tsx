import type { WebhookBody } from '@earmark/client';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Button } from '../../ui/button.js';
import { counted } from '../../ui/figures.js';
import { Notice } from '../../ui/notice.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { say } from '../../ui/toasts.js';
import { ChangeWebhook } from './change-webhook.js';
import { ReplayWebhook } from './replay-webhook.js';
import { RotateSecret } from './rotate-secret.js';

type Open = 'change' | 'secret' | 'replay' | 'delete';

/** What can be done with a webhook. */
export function WebhookActions({ webhook }: { readonly webhook: WebhookBody }) {
  const { id, enabled } = webhook;
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const test = useWrite(() => earmark.webhooks.test({ path: { id } }), undefined, { saysFailure: true });
  const setEnabled = (isEnabled: boolean) =>
    earmark.webhooks.change({ path: { id }, body: { enabled: isEnabled } });
  const enable = useWrite(
    setEnabled,
    (_, isEnabled) =>
      say(isEnabled ? 'The webhook is enabled' : 'The webhook is disabled', {
        label: 'Undo',
        act: () => setEnabled(!isEnabled),
      }),
    { saysFailure: true },
  );
  return (
    <>
      <Button isBusy={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </Button>
      <Button onClick={() => setOpen('change')}>Change</Button>
      <Button onClick={() => setOpen('secret')}>New secret</Button>
      <Button onClick={() => setOpen('replay')}>Replay</Button>
      <Button isBusy={enable.isPending} onClick={() => enable.mutate(!enabled)}>
        {enabled ? 'Disable' : 'Enable'}
      </Button>
      <Button kind="danger" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {test.data && <TestResult of={test.data.data} onClose={() => test.reset()} />}
      {open === 'change' && <ChangeWebhook webhook={webhook} onClose={close} />}
      {open === 'secret' && <RotateSecret id={id} onClose={close} />}
      {open === 'replay' && <ReplayWebhook webhook={webhook} onClose={close} />}
      {open === 'delete' && <DeleteWebhook webhook={webhook} onClose={close} />}
    </>
  );
}

function TestResult({
  of: { delivered, status, error },
  onClose,
}: {
  readonly of: { readonly delivered: boolean; readonly status: number | null; readonly error: string | null };
  readonly onClose: () => void;
}) {
  return (
    <Dialog isOpen title="The test" onClose={onClose}>
      <Notice tone={delivered ? 'good' : 'bad'} title={delivered ? 'It has arrived' : 'It has not arrived'}>
        <p className="break-words">
          {status === null ? 'There was no answer.' : `The receiver has answered ${status}.`}
          {error !== null && ` ${error}`}
        </p>
      </Notice>
      <p className="text-muted">
        An event of the type WebhookTested was sent, signed as every other. It is in no list.
      </p>
      <DialogActions>
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function DeleteWebhook({
  webhook: { id, url, pending },
  onClose,
}: {
  readonly webhook: WebhookBody;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const remove = useWrite(
    () => earmark.webhooks.delete({ path: { id } }),
    () => {
      say('The webhook is deleted');
      void navigate({ to: '/operations' });
    },
  );
  return (
    <ActionDialog
      isDanger
      title="Delete the webhook"
      action="Delete it"
      write={remove}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="break-words">{url} gets nothing any more.</p>
      {pending > 0 && (
        <p>
          {counted(pending, 'event')} that {pending === 1 ? 'waits' : 'wait'} will not be sent. To keep what
          waits, disable it instead.
        </p>
      )}
      <p>This cannot be undone: a new webhook has another secret.</p>
    </ActionDialog>
  );
}
