/** The id of the region that the page is in. It can have the focus, but the tabulator key passes it by. */
export const PAGE_REGION = 'page';

// The router restores where the page was scrolled to.
const WITHOUT_SCROLLING = { preventScroll: true } as const;

/** Moves the focus to the heading of the page, or to its region for as long as its data is loaded and it has no heading. */
export function focusPage(): void {
  const region = document.getElementById(PAGE_REGION);
  const target = region?.querySelector<HTMLElement>('h1') ?? region;
  target?.focus(WITHOUT_SCROLLING);
}

/** Moves the focus from the region of the page to a heading that has just been shown; from anywhere else it is not taken. */
export function moveFocusToHeading(heading: HTMLElement): void {
  if (document.activeElement?.id === PAGE_REGION) heading.focus(WITHOUT_SCROLLING);
}
