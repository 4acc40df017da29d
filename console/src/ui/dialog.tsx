import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from './button.js';
import { classes } from './classes.js';
import { isBeside } from './is-beside.js';
import { firstField, focusPageUnlessElsewhere } from './page-focus.js';
import { Toasts } from './toasts.js';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isWide?: boolean;
  /** Neither Escape nor a click beside it closes it: what it shows would be lost. */
  readonly isKept?: boolean;
}

/** A question or a form above the page. Escape and a click beside it close it; the focus goes back to where it was, or to the page. */
export function Dialog({ isOpen, ...rest }: DialogProps) {
  return isOpen ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({
  title,
  onClose,
  children,
  isWide = false,
  isKept = false,
}: Omit<DialogProps, 'isOpen'>) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Closed before it is taken out of the page, which would not give the focus back.
  useLayoutEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    // By itself it would begin with the button that closes it.
    firstField(dialog)?.focus();
    return () => {
      dialog.close();
      focusPageUnlessElsewhere();
    };
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        // A browser lets the second Escape in a row pass, whatever its event of closing is answered with.
        if (isKept && event.key === 'Escape') event.preventDefault();
      }}
      onCancel={(event) => {
        if (event.target !== element.current) return;
        event.preventDefault();
        if (!isKept) onClose();
      }}
      onClose={() => {
        // Without being asked, and not because it was taken out of the page.
        if (element.current?.open === false) onClose();
      }}
      onMouseDown={(event) => {
        const dialog = element.current!;
        if (isKept || event.target !== dialog) return;
        if (isBeside(event, dialog.getBoundingClientRect())) onClose();
      }}
      className={classes(
        'm-auto max-h-[90vh] w-[calc(100vw-1.5rem)] rounded-xl border border-edge bg-surface p-0 text-text shadow-2xl backdrop:bg-black/40',
        isWide ? 'max-w-3xl' : 'max-w-md',
      )}
    >
      <div className="flex flex-col gap-4 p-5">
        <div className="flex items-start justify-between gap-4">
          <h2 id={titleId} className="text-lg font-semibold">
            {title}
          </h2>
          {!isKept && (
            <Button kind="quiet" className="px-2" aria-label="Close" onClick={onClose}>
              ✕
            </Button>
          )}
        </div>
        {children}
      </div>
      <Toasts />
    </dialog>
  );
}

/** The buttons at the end of a dialog, the one that goes on last. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 pt-1">{children}</div>;
}
