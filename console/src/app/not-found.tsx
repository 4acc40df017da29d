import { Link } from '@tanstack/react-router';
import { buttonLook } from '../ui/button.js';
import { Empty } from '../ui/notice.js';
import { Page } from '../ui/page.js';

export function NotFound() {
  return (
    <Page title="No such page">
      <Empty
        title="There is nothing at this address"
        action={
          <Link to="/" className={buttonLook('primary')}>
            Go to the overview
          </Link>
        }
      />
    </Page>
  );
}
