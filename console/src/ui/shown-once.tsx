import { Code } from './code.js';
import { Button } from './button.js';
import { CopyButton } from './copy-button.js';
import { DialogActions } from './dialog.js';
import { Notice } from './notice.js';

/** A secret that the service shows a single time, with what becomes of it. */
export function ShownOnce({
  name,
  secret,
  children,
  onDone,
}: {
  /** What it is, e.g. `key`. */
  readonly name: string;
  readonly secret: string;
  /** Where to put it. */
  readonly children: string;
  readonly onDone: () => void;
}) {
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="warn" title={`Copy the ${name} now`}>
        It is shown here and never again. {children}
      </Notice>
      <Code label={`The ${name}`}>{secret}</Code>
      <DialogActions>
        <CopyButton text={secret} said={`The ${name} is copied`}>{`Copy the ${name}`}</CopyButton>
        <Button kind="primary" onClick={onDone}>
          I have stored it
        </Button>
      </DialogActions>
    </div>
  );
}
