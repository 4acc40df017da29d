import type { EarmarkEvent } from '@earmark/client';
import { Link } from '@tanstack/react-router';
import { useFeed } from '../../data/live-feed.js';
import { TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { EventStory } from '../../ui/story.js';
import { useEarlierEvents } from './use-earlier-events.js';

const SHOWN = 10;

/** What has happened last, each in a sentence. */
export function NewestEvents() {
  const { events: live } = useFeed();
  const earlier = useEarlierEvents();
  const newest = live.slice(0, SHOWN);
  const oldest = newest.at(-1)?.position ?? Infinity;
  return (
    <Section
      title="Newest events"
      actions={
        <Link to="/events" className="text-accent-text hover:underline">
          All events
        </Link>
      }
    >
      <Answer of={earlier} rows={4}>
        {({ events }) => {
          const before = events.filter(({ position }) => position < oldest);
          return <EventsInWords events={[...newest, ...before].slice(0, SHOWN)} />;
        }}
      </Answer>
    </Section>
  );
}

function EventsInWords({ events }: { readonly events: readonly EarmarkEvent[] }) {
  if (events.length === 0)
    return <Empty title="Nothing has happened yet">What happens from now on appears here.</Empty>;
  return (
    <ol className="flex flex-col gap-1.5">
      {events.map((event) => (
        <li key={event.position} className="flex items-baseline gap-4">
          <span className="w-28 shrink-0 text-muted max-sm:hidden">
            <TimeText time={event.occurredAt} />
          </span>
          <span className="min-w-0 break-words">
            <EventStory of={event} />
          </span>
        </li>
      ))}
    </ol>
  );
}
