import { Code } from './code.js';
import { Button } from './button.js';
import { CopyButton } from './copy-button.js';
import { Dialog, DialogActions } from './dialog.js';
import { Notice } from './notice.js';

/** A secret that the service shows a single time: only who says that they have it closes the dialog. */
export function ShownOnce({
  title,
  name,
  secret,
  children,
  onDone,
}: {
  readonly title: string;
  /** What it is, e.g. `key`. */
  readonly name: string;
  readonly secret: string;
  /** Where to put it. */
  readonly children: string;
  readonly onDone: () => void;
}) {
  return (
    <Dialog isOpen isKept title={title} onClose={onDone}>
      <Notice tone="warn" title={`Copy the ${name} now`}>
        It is shown here and never again. {children}
      </Notice>
      <Code label={`The ${name}`}>{secret}</Code>
      <DialogActions>
        <CopyButton text={secret}>{`Copy the ${name}`}</CopyButton>
        <Button kind="primary" onClick={onDone}>
          I have stored it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
