import { useState } from 'react';
import { Button } from './button.js';
import { messageOf } from './notice.js';

interface CopyButtonProps {
  /** What the button says. */
  readonly children: string;
  readonly text: string;
}

/** Says beside itself what has become of it: what is outside of an open dialog is not read out. */
export function CopyButton({ children, text }: CopyButtonProps) {
  const [said, setSaid] = useState('');
  const copy = () =>
    copyText(text).then(
      () => setSaid('Copied'),
      (error: unknown) => setSaid(messageOf(error)),
    );
  return (
    <>
      <span role="status" className="self-center text-muted empty:absolute">
        {said}
      </span>
      <Button onClick={() => void copy()}>{children}</Button>
    </>
  );
}

/** @throws an error for the reader where the page may not write to the clipboard */
async function copyText(text: string): Promise<void> {
  // Left out by browsers over plain HTTP, except from the same machine.
  if (!window.isSecureContext)
    throw new Error('A browser lets a page copy over HTTPS only. Select the text and copy it yourself.');
  await navigator.clipboard.writeText(text);
}
