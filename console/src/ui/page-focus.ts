/** The id of the region that the page is in. It can have the focus, but the tabulator key passes it by. */
export const PAGE_REGION = 'page';

// The router restores where the page was scrolled to.
const WITHOUT_SCROLLING = { preventScroll: true } as const;

/** Moves the focus to the heading of the page, or to its region for as long as its data is loaded and it has no heading. */
export function focusPage(): void {
  const dialog = document.querySelector('dialog[open]');
  // While a dialog is open nothing else can have the focus.
  if (dialog) return focusDialog(dialog);
  const region = document.getElementById(PAGE_REGION);
  const target = region?.querySelector<HTMLElement>('h1') ?? region;
  target?.focus(WITHOUT_SCROLLING);
}

/** Moves the focus from the region of the page to a heading that has just been shown; from anywhere else it is not taken. */
export function moveFocusToHeading(heading: HTMLElement): void {
  if (document.activeElement?.id === PAGE_REGION) heading.focus(WITHOUT_SCROLLING);
}

/** The first field that can be filled in. */
export const firstField = (dialog: Element): HTMLElement | null =>
  dialog.querySelector(':is(input, select, textarea):enabled');

function focusDialog(dialog: Element): void {
  if (dialog.contains(document.activeElement)) return;
  const target = firstField(dialog) ?? dialog.querySelector<HTMLElement>('button:enabled');
  target?.focus();
}

/**
 * Moves the focus to the page if what had it is gone: the button that was pressed, or, after a dialog is closed, the link to a
 * page that opened it at once.
 */
export function focusPageUnlessElsewhere(): void {
  const { activeElement, body } = document;
  // A field of a dialog that was closed a moment ago has it for a moment longer.
  const isGone =
    activeElement === null || activeElement === body || activeElement.closest('dialog:not([open])');
  if (isGone || activeElement.id === PAGE_REGION) focusPage();
}

/** Moves the focus back to where it was, or to the page if that is gone. */
export function returnFocus(to: HTMLElement | null): void {
  to?.focus(WITHOUT_SCROLLING);
  if (to !== null && document.activeElement === to) return;
  (document.activeElement as HTMLElement | null)?.blur();
  focusPage();
}
