import { useId, useLayoutEffect, useSyncExternalStore, type FocusEvent } from 'react';
import { queryClient } from '../data/api-query.js';
import { classes } from './classes.js';
import { messageOf } from './notice.js';
import { returnFocus } from './page-focus.js';

interface Undo {
  readonly label: string;
  readonly act: () => Promise<unknown>;
}

interface Toast {
  readonly id: number;
  readonly title: string;
  readonly detail?: string;
  readonly isFailure?: boolean;
  readonly undo?: Undo;
}

const SHOWN_MS = 7_000;
/** Long enough to read what was done and to take it back. */
const UNDO_MS = 15_000;

const NONE: readonly Toast[] = [];

let toasts = NONE;
let lastId = 0;
/** The ids of the regions that are there. The one that came last shows the toasts. */
let regions: readonly string[] = [];
const listeners = new Set<() => void>();

/** What had the focus before a toast did; null: nothing, or that is not known. */
let focusedBefore: HTMLElement | null = null;

function set(next: readonly Toast[]): void {
  const focused = document.activeElement?.closest<HTMLElement>('[data-toast]');
  // Before the toast goes: the focus would be lost with its button.
  if (focused && !next.some(({ id }) => String(id) === focused.dataset.toast)) {
    returnFocus(focusedBefore);
    focusedBefore = null;
  }
  toasts = next;
  notify();
}

function notify(): void {
  for (const listener of listeners) listener();
}

/** The element outside of the toasts that the focus comes from or goes to; null: none, e.g. since the window was left. */
function otherOf({ relatedTarget, currentTarget }: FocusEvent): HTMLElement | null {
  const isOutside = relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget);
  return isOutside ? relatedTarget : null;
}

const dismiss = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

function add(toast: Omit<Toast, 'id'>): void {
  const id = ++lastId;
  set([...toasts.slice(-3), { ...toast, id }]);
  setTimeout(() => dismiss(id), toast.undo || toast.isFailure ? UNDO_MS : SHOWN_MS);
}

/** Says what was done, with an undo if there is one. */
export const say = (title: string, undo?: Undo): void => add({ title, ...(undo && { undo }) });

export const sayFailed = (error: unknown): void =>
  add({ title: 'That did not work', detail: messageOf(error), isFailure: true });

/** Everything on the page is read again after it, as after every call that changes something. */
async function takeBack({ act }: Undo): Promise<void> {
  try {
    await act();
    say('Undone');
  } catch (error) {
    sayFailed(error);
  }
  await queryClient.invalidateQueries();
}

/**
 * What was done lately, at the edge of the page; screen readers read it out. The page has such a region, and so has each
 * dialog: while that is open, neither the keyboard nor a screen reader reaches anything outside of it.
 */
export function Toasts() {
  const region = useId();
  useLayoutEffect(() => {
    regions = [...regions, region];
    notify();
    return () => {
      regions = regions.filter((each) => each !== region);
      notify();
    };
  }, [region]);
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (regions.at(-1) === region ? toasts : NONE),
  );
  return (
    <div
      role="status"
      aria-live="polite"
      onFocus={(event) => void (focusedBefore = otherOf(event) ?? focusedBefore)}
      onBlur={(event) => {
        if (otherOf(event)) focusedBefore = null;
      }}
      className="fixed right-3 bottom-3 z-50 flex w-[calc(100vw-1.5rem)] max-w-sm flex-col gap-2"
    >
      {shown.map(({ id, title, detail, isFailure, undo }) => (
        <div
          key={id}
          data-toast={id}
          className={classes(
            'flex items-start gap-3 rounded-lg border bg-surface p-3 shadow-xl',
            isFailure ? 'border-bad' : 'border-edge-strong',
          )}
        >
          <div className="min-w-0 flex-1">
            <p className="font-medium">{title}</p>
            {detail !== undefined && <p className="text-muted">{detail}</p>}
          </div>
          {undo && (
            <button
              className="font-semibold text-accent-text underline"
              onClick={() => {
                dismiss(id);
                void takeBack(undo);
              }}
            >
              {undo.label}
            </button>
          )}
          <button aria-label="Dismiss" className="px-1 text-muted" onClick={() => dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
