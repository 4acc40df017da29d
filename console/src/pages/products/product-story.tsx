import type { EarmarkEvent } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { earmark } from '../../data/earmark.js';
import { storyOf, type Story } from '../../data/event-story.js';
import { newestPages } from '../../data/newest-pages.js';
import { classes } from '../../ui/classes.js';
import { TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { EventStory } from '../../ui/story.js';
import { Table, type Column } from '../../ui/table.js';

const newestEvents = (sku: string) =>
  newestPages('events.newest', { sku }, 20, (after, limit, signal) =>
    earmark.events.list({ query: { sku, after, limit }, signal }),
  );

/** What has happened to the product, told in sentences, the newest first. */
export function ProductStory({ sku }: { readonly sku: string }) {
  const events = useInfiniteQuery(newestEvents(sku));
  const columns: readonly Column<EarmarkEvent>[] = [
    { head: 'When', cell: ({ occurredAt }) => <TimeText time={occurredAt} />, className: 'w-32' },
    {
      head: 'What',
      isWide: true,
      cell: (event) => (
        <span className="flex gap-2">
          <Dot tone={storyOf(event).tone} />
          <span className="rows:min-w-56">
            <EventStory of={event} known={{ sku }} />
          </span>
        </span>
      ),
    },
    {
      head: 'By',
      isMinor: true,
      cell: ({ actor }) => actor ?? <span className="text-muted">not known</span>,
    },
  ];
  return (
    <Answer of={events}>
      {(rows) => (
        <Table
          caption="Events of the product"
          columns={columns}
          rows={rows}
          keyOf={({ position }) => position}
          more={events}
          empty={<Empty title="No event of this product is kept" />}
        />
      )}
    </Answer>
  );
}

const DOTS: Readonly<Record<Story['tone'], string>> = {
  good: 'bg-good',
  neutral: 'bg-edge-strong',
  warn: 'bg-warn',
  bad: 'bg-bad',
  info: 'bg-info',
};

/** The colour only helps to find what was bad; the sentence says it. */
const Dot = ({ tone }: { readonly tone: Story['tone'] }) => (
  <span aria-hidden className={classes('mt-1.5 size-2 shrink-0 rounded-full', DOTS[tone])} />
);
