import type { AuditEntryBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { detailsText, doneText, kindText } from './audit-words.js';

const COLUMNS: readonly Column<AuditEntryBody>[] = [
  { head: 'When', className: 'text-muted', cell: ({ occurredAt }) => <TimeText time={occurredAt} /> },
  {
    head: 'Who',
    cell: ({ actor, actorKind }) => (
      <>
        {actor} <span className="text-muted">({kindText(actorKind)})</span>
      </>
    ),
  },
  {
    head: 'Did what',
    className: 'min-w-48 break-words',
    isWide: true,
    cell: ({ type, subject }) => (
      <>
        {doneText(type)} <span className="font-medium">{subject}</span>
      </>
    ),
  },
  {
    head: 'Details',
    isMinor: true,
    className: 'max-w-md break-words text-muted',
    cell: ({ details }) => detailsText(details),
  },
];

export function Audit() {
  const entries = useInfiniteQuery(
    apiPages(
      'audit.list',
      {},
      (after: number | undefined, signal) =>
        earmark.audit.list({
          query: { order: 'newest-first', ...(after !== undefined && { after }) },
          signal,
        }),
      { isLive: false, everyMs: 30_000 },
    ),
  );
  return (
    <Section
      isFlush
      title="Audit"
      intro="Who changed keys and webhooks, and what operators did, the newest first. Calls about stock and orders are in the events."
    >
      <Answer of={entries}>
        {(items) => (
          <Table
            caption="Audit"
            columns={COLUMNS}
            rows={items}
            keyOf={({ position }) => position}
            more={entries}
            empty={<Empty title="Nothing was done yet" />}
          />
        )}
      </Answer>
    </Section>
  );
}
