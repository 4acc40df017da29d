import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './button.js';
import { classes } from './classes.js';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isWide?: boolean;
}

/** A question or a form above the page. Escape and a click beside it close it; the focus goes back to where it was. */
export function Dialog({ isOpen, ...rest }: DialogProps) {
  return isOpen ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ title, onClose, children, isWide = false }: Omit<DialogProps, 'isOpen'>) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    // By itself it would begin with the button that closes it.
    dialog.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === element.current && onClose()}
      className={classes(
        'm-auto max-h-[90vh] w-[calc(100vw-1.5rem)] rounded-xl border border-edge bg-surface p-0 text-text shadow-2xl backdrop:bg-black/40',
        isWide ? 'max-w-3xl' : 'max-w-md',
      )}
    >
      {/* It fills the dialog, so that a click on the dialog itself is one beside it. */}
      <div className="flex flex-col gap-4 p-5">
        <div className="flex items-start justify-between gap-4">
          <h2 id={titleId} className="text-lg font-semibold">
            {title}
          </h2>
          <Button kind="quiet" className="px-2" aria-label="Close" onClick={onClose}>
            ✕
          </Button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** The buttons at the end of a dialog, the one that goes on last. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 pt-1">{children}</div>;
}
