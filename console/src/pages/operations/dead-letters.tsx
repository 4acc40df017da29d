import type { DeadLetterBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Badge } from '../../ui/badge.js';
import { CheckField } from '../../ui/field.js';
import { grouped, TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { DeadLetterDialog } from './dead-letter-dialog.js';

const STATES = {
  kept: { name: 'waits for you', tone: 'bad' },
  applied: { name: 'applied', tone: 'good' },
  discarded: { name: 'discarded', tone: 'neutral' },
} as const;

const columnsWith = (open: (id: number) => void): readonly Column<DeadLetterBody>[] => [
  {
    head: 'Message',
    cell: ({ id, messageId }) => (
      <button className="font-medium text-accent-text hover:underline" onClick={() => open(id)}>
        {messageId ?? `no id (${id})`}
      </button>
    ),
  },
  { head: 'Came', cell: ({ receivedAt }) => <TimeText time={receivedAt} /> },
  { head: 'Over', isMinor: true, cell: ({ broker, channel }) => `${broker}, ${channel}` },
  {
    head: 'State',
    cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].name}</Badge>,
  },
  { head: 'Bytes', isNumber: true, isMinor: true, cell: ({ size }) => grouped(size) },
  {
    head: 'Why',
    className: 'min-w-48 max-w-96 break-words',
    isWide: true,
    cell: ({ reason, discardReason }) => (discardReason === null ? reason : `Discarded: ${discardReason}`),
  },
];

export function DeadLetters() {
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<number>();
  const letters = useInfiniteQuery(
    apiPages(
      'deadLetters.list',
      { all },
      (after: number | undefined, signal) =>
        earmark.deadLetters.list({
          query: { ...(all && { all }), ...(after !== undefined && { after }) },
          signal,
        }),
      { isLive: false, everyMs: 10_000 },
    ),
  );
  return (
    <Section
      isFlush
      title="Dead letters"
      intro="Messages from a broker that could not be applied, the oldest first."
      actions={
        <CheckField
          label="Also those that are settled"
          checked={all}
          onChange={({ target }) => setAll(target.checked)}
        />
      }
    >
      <Answer of={letters}>
        {(items) => (
          <Table
            caption="Dead letters"
            columns={columnsWith(setOpen)}
            rows={items}
            keyOf={({ id }) => id}
            more={letters}
            empty={<Empty title="No dead letter">Every message could be applied.</Empty>}
          />
        )}
      </Answer>
      {open !== undefined && <DeadLetterDialog id={open} onClose={() => setOpen(undefined)} />}
    </Section>
  );
}
