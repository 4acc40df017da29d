import { Button } from '../ui/button.js';
import { messageOf, Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';

/** In place of a page that cannot be shown, e.g. since the service was updated and has not its files any more. */
export function PageFailed({ error }: { readonly error: unknown }) {
  return (
    <Page title="This page cannot be shown">
      <Notice tone="bad" title={messageOf(error)}>
        <p className="mb-2">If the service was updated meanwhile, reloading helps.</p>
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
      </Notice>
    </Page>
  );
}
