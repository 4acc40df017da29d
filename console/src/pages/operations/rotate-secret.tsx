import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { FORGOTTEN, useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { SelectField } from '../../ui/field.js';
import { Notice } from '../../ui/notice.js';
import { ShownOnce } from '../../ui/shown-once.js';
import { say } from '../../ui/toasts.js';

const OVERLAPS = [
  [86_400, 'a day'],
  [3_600, 'an hour'],
  [604_800, 'a week'],
  [0, 'not at all: it has become known'],
] as const;

export function RotateSecret({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const [overlapSeconds, setOverlap] = useState<number>(OVERLAPS[0][0]);
  const rotate = useWrite(
    () => earmark.webhooks.rotateSecret({ path: { id }, body: { overlapSeconds } }),
    () => say('The webhook has a new secret'),
    FORGOTTEN,
  );
  if (rotate.data)
    return (
      <ShownOnce title="The new secret" name="secret" secret={rotate.data.data.secret} onDone={onClose}>
        {overlapSeconds === 0
          ? 'The receiver refuses what is sent until it has this one.'
          : 'Give it to the receiver before the earlier one ends.'}
      </ShownOnce>
    );
  return (
    <ActionDialog
      title="Give the webhook a new secret"
      action="Make a new secret"
      write={rotate}
      onAct={() => rotate.mutate()}
      onClose={onClose}
    >
      <SelectField
        label="How long the earlier secret signs as well"
        hint="Meanwhile what is sent has a signature of each, so that the receiver can change without a gap."
        value={overlapSeconds}
        onChange={({ target }) => setOverlap(Number(target.value))}
      >
        {OVERLAPS.map(([seconds, name]) => (
          <option key={seconds} value={seconds}>
            {name}
          </option>
        ))}
      </SelectField>
      {overlapSeconds === 0 && (
        <Notice tone="warn">
          The receiver refuses what is sent until it has the new secret; it is tried again by itself.
        </Notice>
      )}
    </ActionDialog>
  );
}
