import { isProblem } from '@earmark/client';
import type { ReactNode } from 'react';
import { fieldErrors } from '../data/field-errors.js';
import { Button } from './button.js';
import { Dialog, DialogActions } from './dialog.js';
import { Notice, ProblemNotice } from './notice.js';

interface ActionDialogProps {
  readonly title: string;
  /** What it will do, and what has to be said for it. */
  readonly children: ReactNode;
  /** The button that does it: a verb. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly isWide?: boolean;
  readonly isDisabled?: boolean;
  readonly write: { readonly isPending: boolean; readonly error: Error | null };
  /** The fields that show themselves what is wrong with them. */
  readonly fields?: readonly string[];
  /** Whether what is wrong is said somewhere else in the dialog. */
  readonly isErrorShown?: boolean;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

/** Says what an action will do, does it, and says why if it was refused. */
export function ActionDialog({
  title,
  children,
  action,
  isDanger = false,
  isWide = false,
  isDisabled = false,
  write: { isPending, error },
  fields = [],
  isErrorShown = false,
  onAct,
  onClose,
}: ActionDialogProps) {
  const isOutdated = isProblem(error, 'version-mismatch');
  const canAct = !isDisabled && !isOutdated;
  return (
    // What becomes of a call that is under way would be seen by nobody.
    <Dialog isOpen title={title} isWide={isWide} isKept={isPending} onClose={onClose}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (canAct && !isPending) onAct();
        }}
      >
        {children}
        {error && !isErrorShown && <WhyNot error={error} fields={fields} />}
        <DialogActions>
          <Button disabled={isPending} onClick={onClose}>
            Go back
          </Button>
          <Button type="submit" kind={isDanger ? 'danger' : 'primary'} disabled={!canAct} isBusy={isPending}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function WhyNot({ error, fields }: { readonly error: Error; readonly fields: readonly string[] }) {
  const wrong = Object.keys(fieldErrors(error));
  if (wrong.length > 0 && wrong.every((field) => fields.includes(field))) return null;
  if (isProblem(error, 'version-mismatch'))
    return (
      <Notice tone="bad" title="Somebody has changed it in between">
        Nothing was changed now. Close this, look again, and decide anew.
      </Notice>
    );
  return <ProblemNotice error={error} />;
}
