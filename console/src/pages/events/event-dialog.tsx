import type { EarmarkEvent } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { storyOf } from '../../data/event-story.js';
import { sessionQuery } from '../../data/session.js';
import { Badge } from '../../ui/badge.js';
import { buttonLook } from '../../ui/button.js';
import { Code } from '../../ui/code.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { grouped, TimeText } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Fact, Facts } from '../../ui/page.js';
import { EventStory } from '../../ui/story.js';
import { asCurl } from './as-curl.js';

export function EventDialog({
  position,
  onClose,
}: {
  readonly position: number;
  readonly onClose: () => void;
}) {
  const event = useQuery(
    apiQuery(
      'events.at',
      { position },
      (signal) => earmark.events.list({ query: { after: position - 1, limit: 1 }, signal }),
      { isLive: false },
    ),
  );
  return (
    <Dialog isOpen isWide title={`Event ${grouped(position)}`} onClose={onClose}>
      <Answer of={event}>
        {({ items: [found] }) =>
          found?.position === position ? (
            <Detail event={found} />
          ) : (
            <Empty title="There is no event at this position">
              Positions have gaps, and old events may have been deleted.
            </Empty>
          )
        }
      </Answer>
    </Dialog>
  );
}

function Detail({ event }: { readonly event: EarmarkEvent }) {
  const { data: session } = useQuery(sessionQuery);
  const { tone } = storyOf(event);
  const json = JSON.stringify(event, null, 2);
  return (
    <>
      <p className="text-base">
        <EventStory of={event} />
      </p>
      <Facts>
        <Fact name="Type">
          <Badge tone={tone}>{event.type}</Badge>
        </Fact>
        <Fact name="When">
          <TimeText time={event.occurredAt} /> <span className="text-muted">({event.occurredAt})</span>
        </Fact>
        <Fact name="SKU">
          <ProductLink sku={event.key} />
        </Fact>
        <Fact name="By">{event.actor ?? 'not recorded'}</Fact>
        <Fact name="Caused by">
          {event.causationId === null ? 'a call' : `the event ${event.causationId}`}
        </Fact>
        <Fact name="Correlation">
          <code className="font-mono text-xs">{event.correlationId}</code>
        </Fact>
      </Facts>
      <Code label="The event as JSON">{json}</Code>
      <DialogActions>
        <CopyButton text={json}>Copy the JSON</CopyButton>
        <CopyButton
          text={asCurl(
            window.location.origin,
            '/v1/events',
            { after: event.position - 1, limit: 1 },
            session?.isSecured === true,
          )}
        >
          Copy as curl
        </CopyButton>
        <Link
          to="/events"
          search={{ correlationId: event.correlationId, at: event.position }}
          className={buttonLook('primary')}
        >
          Show what belongs to it
        </Link>
      </DialogActions>
    </>
  );
}
