import type { EarmarkEvent } from '@earmark/client';
import { Link } from '@tanstack/react-router';
import { storyOf } from '../../data/event-story.js';
import { Badge } from '../../ui/badge.js';
import { Figure, grouped, TimeText } from '../../ui/figures.js';
import { EventStory } from '../../ui/story.js';
import type { Column } from '../../ui/table.js';

export const WHEN: Column<EarmarkEvent> = {
  head: 'When',
  cell: ({ occurredAt }) => <TimeText time={occurredAt} />,
  className: 'text-muted',
};

export const WHAT: Column<EarmarkEvent> = {
  head: 'What has happened',
  cell: (event) => <EventStory of={event} />,
  className: 'min-w-48',
  isWide: true,
};

export const TYPE: Column<EarmarkEvent> = {
  head: 'Type',
  isMinor: true,
  cell: (event) => <Badge tone={storyOf(event).tone}>{event.type}</Badge>,
};

export const ACTOR: Column<EarmarkEvent> = {
  head: 'By',
  isMinor: true,
  cell: ({ actor }) => actor ?? '–',
  className: 'max-w-40 truncate text-muted',
};

export const POSITION: Column<EarmarkEvent> = {
  head: 'Position',
  isNumber: true,
  cell: ({ position }) => (
    <Link
      from="/events"
      to="/events"
      search={(before) => ({ ...before, event: position })}
      replace
      aria-label={`Details of the event at position ${grouped(position)}`}
      className="text-accent-text hover:underline"
    >
      <Figure value={position} />
    </Link>
  ),
};
