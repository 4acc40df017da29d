import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { focusPage } from '../ui/page-focus.js';

/**
 * Moves the focus to a page that is navigated to: what had it, e.g. a link, may be gone, and screen readers read out where it
 * goes. Not on the first load, which browsers announce themselves, nor while a page changes its search parameters.
 */
export function useFocusOnNavigation(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation !== undefined && pathChanged) focusPage();
      }),
    [router],
  );
}
