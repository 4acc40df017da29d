import type { OrderHistoryEntryBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Button } from '../../ui/button.js';
import { TimeText } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { EventStory } from '../../ui/story.js';

const EVENTS_OF_PAGE = 100;

/** What has happened to the lines of an order, the oldest first. */
export function OrderHistory({ orderId }: { readonly orderId: string }) {
  const history = useInfiniteQuery(
    apiPages('orders.history', { orderId }, (after: number | undefined, signal) =>
      earmark.orders.history({
        path: { orderId },
        query: { limit: EVENTS_OF_PAGE, ...(after !== undefined && { after }) },
        signal,
      }),
    ),
  );
  return (
    <Answer of={history} rows={3} whenNotFound={<NoHistory />}>
      {(events) =>
        events.length === 0 ? (
          <NoHistory />
        ) : (
          <>
            <ol className="flex flex-col">
              {events.map((event) => (
                <Entry key={event.position} event={event} orderId={orderId} />
              ))}
            </ol>
            {history.hasNextPage && (
              <Button
                className="mt-3"
                isBusy={history.isFetchingNextPage}
                onClick={() => void history.fetchNextPage()}
              >
                Show what came after
              </Button>
            )}
          </>
        )
      }
    </Answer>
  );
}

function NoHistory() {
  return <p className="text-muted">Nothing has happened to it, as far back as the log is kept.</p>;
}

function Entry({ event, orderId }: { readonly event: OrderHistoryEntryBody; readonly orderId: string }) {
  return (
    <li className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 border-t border-edge py-2 first:border-t-0 max-sm:grid-cols-1">
      <div className="text-muted">
        <TimeText time={event.occurredAt} />
      </div>
      <div>
        <EventStory of={event} known={{ orderId }} />
        {event.actor !== null && <span className="block text-xs text-muted">by {event.actor}</span>}
      </div>
    </li>
  );
}
