import { useState } from 'react';
import { fieldError } from '../../data/field-errors.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { TextField } from '../../ui/field.js';

interface DiscardDialogProps {
  readonly title: string;
  /** What discarding means for it. */
  readonly children: string;
  readonly write: { readonly isPending: boolean; readonly error: Error | null };
  readonly onDiscard: (reason: string) => void;
  readonly onClose: () => void;
}

/** Nothing is discarded without a reason, which is kept for the next operator. */
export function DiscardDialog({ title, children, write, onDiscard, onClose }: DiscardDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <ActionDialog
      isDanger
      title={title}
      action="Discard it"
      isDisabled={reason.trim() === ''}
      write={write}
      fields={['reason']}
      onAct={() => onDiscard(reason.trim())}
      onClose={onClose}
    >
      <p>{children}</p>
      <TextField
        autoFocus
        required
        label="Reason"
        maxLength={128}
        hint="Kept with it, with your name, in the audit."
        value={reason}
        error={fieldError(write.error, 'reason')}
        onChange={({ target }) => setReason(target.value)}
      />
    </ActionDialog>
  );
}
