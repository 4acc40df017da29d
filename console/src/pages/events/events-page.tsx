import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { buttonLook } from '../../ui/button.js';
import { Page } from '../../ui/page.js';
import { CorrelationStory } from './correlation-story.js';
import { EventDialog } from './event-dialog.js';
import { EventFilters, filterOf } from './event-filters.js';
import { EventList } from './event-list.js';

export function EventsPage() {
  const search = useSearch({ from: '/events' });
  const navigate = useNavigate({ from: '/events' });
  const { correlationId, at, event } = search;
  const filter = filterOf(search);
  const close = () => void navigate({ search: ({ event: _, ...rest }) => rest, replace: true });
  return (
    <Page
      title="Events"
      intro={
        correlationId === undefined
          ? 'Everything that has happened to stock and promises, in the order in which it was committed.'
          : 'What one call has caused: each event stands under the one that caused it.'
      }
      actions={
        correlationId !== undefined && (
          <Link to="/events" className={buttonLook('plain')}>
            All events
          </Link>
        )
      }
    >
      {correlationId === undefined ? (
        <>
          <EventFilters
            filter={filter}
            onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }) })}
          />
          {/* Another filter is another feed. */}
          <EventList key={JSON.stringify(filter)} filter={filter} />
        </>
      ) : (
        <CorrelationStory key={correlationId} correlationId={correlationId} at={at} />
      )}
      {event !== undefined && <EventDialog position={event} onClose={close} />}
    </Page>
  );
}
