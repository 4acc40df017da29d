import type { LinePlaceBody, ReallocatedLineBody, ReallocationBody, SegmentBody } from '@earmark/client';
import { Badge, type Tone } from '../../ui/badge.js';
import { counted, DateText, Figure } from '../../ui/figures.js';
import { BatchLink, OrderLink } from '../../ui/links.js';
import { Notice } from '../../ui/notice.js';
import { Table, type Column } from '../../ui/table.js';
import { selectionInWords } from './segments.js';

const OUTCOMES: Readonly<
  Record<ReallocatedLineBody['outcome'], { readonly name: string; readonly tone: Tone }>
> = {
  gained: { name: 'gets its units', tone: 'good' },
  earlier: { name: 'earlier', tone: 'good' },
  moved: { name: 'other batches', tone: 'info' },
  later: { name: 'later', tone: 'warn' },
  backordered: { name: 'loses them, waits', tone: 'bad' },
  deallocated: { name: 'loses them', tone: 'bad' },
};

interface ReallocatedLinesProps {
  readonly result: ReallocationBody;
  readonly segments: readonly SegmentBody[];
}

/** What a run changes, by segment and line by line. */
export function ReallocatedLines({ result, segments }: ReallocatedLinesProps) {
  return (
    <section ref={toSight} aria-label="What would change" className="flex flex-col gap-3">
      <h3 className="font-semibold">What would change</h3>
      <Table
        caption="The run by segment"
        columns={SEGMENT_COLUMNS}
        rows={result.segments.map((each, index) => ({
          ...each,
          selection: selectionInWords(segments[index]!),
        }))}
        keyOf={(_, index) => index}
      />
      {result.lines.length === 0 ? (
        <Notice tone="neutral">No line would have other units than it has.</Notice>
      ) : (
        <Table
          caption="The run by line"
          columns={LINE_COLUMNS}
          rows={result.lines}
          keyOf={({ orderId }) => orderId}
        />
      )}
    </section>
  );
}

/** It is shown below segments that may fill the dialog. */
const toSight = (section: HTMLElement | null) => section?.scrollIntoView({ block: 'start' });

type SegmentRow = ReallocationBody['segments'][number] & { readonly selection: string };

const SEGMENT_COLUMNS: readonly Column<SegmentRow>[] = [
  {
    head: 'Segment',
    cell: ({ selection, strategy }) => (
      <>
        {selection} <Badge>{strategy}</Badge>
      </>
    ),
  },
  { head: 'Lines', cell: ({ lines }) => <Figure value={lines} />, isNumber: true },
  { head: 'Change', cell: ({ changed }) => <Figure value={changed} />, isNumber: true },
  {
    head: 'Without units',
    cell: ({ short }) => <Figure value={short} tone={short > 0 ? 'bad' : undefined} />,
    isNumber: true,
  },
];

const LINE_COLUMNS: readonly Column<ReallocatedLineBody>[] = [
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} />, className: 'min-w-28' },
  {
    head: 'Outcome',
    cell: ({ outcome }) => <Badge tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].name}</Badge>,
  },
  { head: 'Now', cell: ({ before }) => <Place place={before} />, className: 'min-w-36' },
  {
    head: 'Then',
    cell: ({ after, outcome }) => <Place place={after} isLost={outcome === 'deallocated'} />,
    className: 'min-w-36',
  },
  {
    head: 'Because',
    cell: ({ strategy, reason }) => (reason === 'units-left' ? 'units were left' : strategy),
    isMinor: true,
  },
];

function Place({
  place,
  isLost = false,
}: {
  readonly place: LinePlaceBody | null;
  readonly isLost?: boolean;
}) {
  if (place === null) return <span className="text-muted">{isLost ? 'nothing' : 'waits'}</span>;
  const claims = place.claims ?? [place];
  return (
    <ul>
      {claims.map(({ batchReference, quantity, eta }) => (
        <li key={batchReference}>
          {counted(quantity, 'unit')} of <BatchLink reference={batchReference} />,{' '}
          <DateText date={eta} whenNone="on hand" />
        </li>
      ))}
    </ul>
  );
}
