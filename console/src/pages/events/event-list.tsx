import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { sessionQuery } from '../../data/session.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { counted, grouped, TimeText } from '../../ui/figures.js';
import { Empty, Loading, ProblemNotice } from '../../ui/notice.js';
import { Table } from '../../ui/table.js';
import { ACTOR, POSITION, TYPE, WHAT, WHEN } from './event-columns.js';
import { asCurl } from './as-curl.js';
import { EventTail, MOST_KEPT, type EventFilter, type Tail } from './event-tail.js';

const COLUMNS = [WHEN, WHAT, TYPE, ACTOR, POSITION];

/** The events as they happen, the newest first, and as far back as the reader asks. */
export function EventList({ filter }: { readonly filter: EventFilter }) {
  const [feed] = useState(() => new EventTail(filter));
  const tail = useSyncExternalStore(feed.subscribe, feed.tail);
  useEffect(() => feed.start(), [feed]);
  const { data: session } = useQuery(sessionQuery);
  const { events, from, error } = tail;

  const problem = error && (
    <ProblemNotice error={error} {...(tail.state === 'refused' && { onRetry: feed.restart })} />
  );
  if (from === null) return problem ?? <Loading rows={12} />;
  return (
    <section
      aria-label="Events"
      className="min-w-0 rounded-lg border border-edge bg-surface pb-3"
      // A person who scrolls away from the newest event reads one, which must not move.
      onScrollCapture={({ target }) => (target as Element).scrollTop > 0 && feed.pause()}
    >
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
        <p role="status" className="text-muted">
          <Standing tail={tail} />
        </p>
        <div className="flex flex-wrap gap-2">
          <CopyButton
            text={asCurl(
              window.location.origin,
              '/v1/events',
              { ...filter, types: filter.types?.join(','), after: from, limit: 500 },
              session?.isSecured === true,
            )}
          >
            Copy as curl
          </CopyButton>
          {tail.isPaused ? (
            <Button kind="primary" onClick={feed.resume}>
              {tail.waiting === 0 ? 'Go on' : `Show ${counted(tail.waiting, 'new event')}`}
            </Button>
          ) : (
            <Button onClick={feed.pause}>Pause</Button>
          )}
        </div>
      </header>
      {problem && <div className="px-4 pb-3">{problem}</div>}
      <Table
        caption="Events, the newest first"
        columns={COLUMNS}
        rows={events}
        keyOf={({ position }) => position}
        empty={
          <Empty title="No such event yet">
            {from > 0
              ? 'There is none so far back as was looked. Look further, or wait: a new one appears here by itself.'
              : 'A new one appears here by itself.'}
          </Empty>
        }
      />
      <footer className="flex flex-wrap items-center gap-3 px-4 pt-3 text-muted">
        {from > 0 ? (
          <>
            <Button isBusy={tail.isReadingOlder} onClick={() => void feed.readOlder()}>
              Show older events
            </Button>
            <span>Everything after position {grouped(from)} is shown.</span>
          </>
        ) : (
          <span>This is everything, from the first event on.</span>
        )}
      </footer>
    </section>
  );
}

function Standing({ tail: { state, isPaused, waiting, events } }: { readonly tail: Tail }) {
  const oldest = events.at(-1);
  return (
    <>
      <span className="font-medium text-text">
        {state === 'refused'
          ? 'The feed has ended'
          : state === 'lost'
            ? 'The feed is lost; it is tried again'
            : isPaused
              ? 'Paused'
              : 'Live'}
      </span>
      {isPaused && ` · ${waitingText(waiting)}`}
      {` · ${counted(events.length, 'event')}`}
      {oldest && (
        <>
          , the oldest <TimeText time={oldest.occurredAt} />
        </>
      )}
    </>
  );
}

const waitingText = (waiting: number): string =>
  waiting > MOST_KEPT
    ? `${grouped(waiting)} wait, of which the newest ${grouped(MOST_KEPT)} are kept`
    : `${grouped(waiting)} ${waiting === 1 ? 'waits' : 'wait'}`;
