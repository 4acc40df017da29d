import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EarmarkEvent } from '@earmark/client';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { headOfLog } from '../../data/log-head.js';
import { readBetween } from '../../data/newest-first.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { counted, grouped, TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Fact, Facts, Section } from '../../ui/page.js';
import { EventStory } from '../../ui/story.js';
import { Table, type Column } from '../../ui/table.js';
import { chainOf, type Link } from './chain.js';
import { ACTOR, POSITION, TYPE, WHEN } from './event-columns.js';

/** Positions before and after the event that the reader comes from. */
const FIRST_REACH = 1_000;
const FURTHER = 5;

interface Looked {
  readonly events: readonly EarmarkEvent[];
  readonly after: number;
  readonly upTo: number;
}

/** The API cannot select by correlation, so the events around one that belongs to it are looked through. */
async function lookAround(correlationId: string, at: number | undefined, reach: number, signal: AbortSignal) {
  const middle = at ?? (await headOfLog(signal));
  const [after, upTo] = [Math.max(0, middle - reach), middle + reach];
  // Page by page, since the page could not keep a million events.
  const read = async (from: number) => {
    const { items, next } = (await earmark.events.list({ query: { after: from, limit: 500 }, signal })).data;
    return { items: items.filter((event) => event.correlationId === correlationId), next };
  };
  const data: Looked = { events: await readBetween(read, after, upTo), after, upTo };
  return { data };
}

const COLUMNS: readonly Column<Link<EarmarkEvent>>[] = [
  ofEvent(WHEN),
  {
    head: 'What has happened',
    className: 'min-w-48',
    isWide: true,
    cell: ({ event, depth, cause }) => (
      <div
        className="border-edge-strong data-[depth]:border-l data-[depth]:pl-3"
        data-depth={depth || undefined}
        style={{ marginLeft: `${Math.max(0, Math.min(depth, 8) - 1) * 1.25}rem` }}
      >
        <EventStory of={event} />
        {cause !== null && <div className="text-xs text-muted">because of the event at {grouped(cause)}</div>}
      </div>
    ),
  },
  ofEvent(TYPE),
  ofEvent(ACTOR),
  ofEvent(POSITION),
];

export function CorrelationStory({
  correlationId,
  at,
}: {
  readonly correlationId: string;
  readonly at: number | undefined;
}) {
  const [reach, setReach] = useState(FIRST_REACH);
  const looked = useQuery({
    ...apiQuery(
      'events.correlation',
      { correlationId, at, reach },
      (signal) => lookAround(correlationId, at, reach, signal),
      { isLive: false },
    ),
    // What was found stays while it looks further.
    placeholderData: (before: Looked | undefined) => before,
  });
  return (
    <Answer of={looked}>
      {({ events, after, upTo }) => (
        <>
          <Facts>
            <Fact name="Correlation">
              <code className="font-mono text-xs">{correlationId}</code>
            </Fact>
            {events.length > 0 && (
              <>
                <Fact name="Events">
                  {counted(events.length, 'event')} of{' '}
                  {counted(new Set(events.map(({ key }) => key)).size, 'SKU')}
                </Fact>
                <Fact name="Began">
                  <TimeText time={events[0]!.occurredAt} />
                  {events.length > 1 && `, and took ${tookText(events)}`}
                </Fact>
              </>
            )}
          </Facts>
          <Section
            isFlush
            title="What happened"
            intro={`Looked through ${after === 0 ? 'the log' : `what follows position ${grouped(after)}`}, up to ${grouped(upTo)}.`}
            actions={
              <>
                <CopyButton text={JSON.stringify(events, null, 2)}>Copy the JSON</CopyButton>
                <Button isBusy={looked.isPlaceholderData} onClick={() => setReach(reach * FURTHER)}>
                  Look further
                </Button>
              </>
            }
          >
            <Table
              caption="The events of this correlation, each under the one that caused it"
              columns={COLUMNS}
              rows={chainOf(events)}
              keyOf={({ event }) => event.position}
              empty={
                <Empty title="No event of this correlation was found">
                  It may be further back in the log. Open it from one of its events to look there.
                </Empty>
              }
            />
          </Section>
        </>
      )}
    </Answer>
  );
}

function ofEvent({ cell, ...column }: Column<EarmarkEvent>): Column<Link<EarmarkEvent>> {
  return { ...column, cell: ({ event }, index) => cell(event, index) };
}

function tookText(events: readonly EarmarkEvent[]): string {
  const times = events.map(({ occurredAt }) => Date.parse(occurredAt));
  const ms = Math.max(...times) - Math.min(...times);
  return ms < 1_000 ? `${grouped(ms)} ms` : `${grouped(ms / 1_000)} s`;
}
