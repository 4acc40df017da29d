import { Button } from './button.js';
import { say, sayFailed } from './toasts.js';

interface CopyButtonProps {
  /** What the button says. */
  readonly children: string;
  readonly text: string;
  /** What is said once it is copied. */
  readonly said?: string;
}

export function CopyButton({ children, text, said = 'Copied' }: CopyButtonProps) {
  const copy = async () => {
    try {
      await copyText(text);
      say(said);
    } catch (error) {
      sayFailed(error);
    }
  };
  return <Button onClick={() => void copy()}>{children}</Button>;
}

/** @throws an error for the reader where the page may not write to the clipboard */
async function copyText(text: string): Promise<void> {
  // Left out by browsers over plain HTTP, except from the same machine.
  if (!window.isSecureContext)
    throw new Error('A browser lets a page copy over HTTPS only. Select the text and copy it yourself.');
  await navigator.clipboard.writeText(text);
}
