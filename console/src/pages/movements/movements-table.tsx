import type { MovementBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Badge, type Tone } from '../../ui/badge.js';
import { classes } from '../../ui/classes.js';
import { grouped, TimeText } from '../../ui/figures.js';
import { BatchLink, OrderLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Table, type Column } from '../../ui/table.js';
import { newestMovements, type Kind, type MovementFilter } from './movements-query.js';

/** Each kind of movement, as people call it. */
export const KINDS: Readonly<Record<Kind, readonly [name: string, tone: Tone]>> = {
  registered: ['registered', 'info'],
  received: ['received', 'good'],
  shipped: ['shipped', 'accent'],
  'shipment-cancelled': ['shipment cancelled', 'warn'],
  restocked: ['returned', 'good'],
  scrapped: ['scrapped', 'bad'],
  counted: ['counted', 'info'],
  adjusted: ['adjusted', 'warn'],
  claimed: ['promised', 'accent'],
  released: ['released', 'neutral'],
  moved: ['moved', 'info'],
};

/** The ledger: what changed the figures of batches, and what they were after it, the newest first. */
export function MovementsTable({ filter }: { readonly filter: MovementFilter }) {
  const movements = useInfiniteQuery(newestMovements(filter));
  return (
    <Answer of={movements}>
      {(rows) => (
        <Table
          caption="Movements"
          columns={columnsFor(filter)}
          rows={rows}
          keyOf={({ position, batchReference }) => `${position} ${batchReference}`}
          more={movements}
          empty={
            <Empty title="No movements">
              Whatever changes the figures of a batch is listed here, with its reason and who did it. What was
              pruned from the log is not.
            </Empty>
          }
        />
      )}
    </Answer>
  );
}

const columnsFor = (filter: MovementFilter): readonly Column<MovementBody>[] => [
  { head: 'When', cell: ({ occurredAt }) => <TimeText time={occurredAt} /> },
  { head: 'What', cell: ({ kind }) => <Badge tone={KINDS[kind][1]}>{KINDS[kind][0]}</Badge> },
  ...(filter.sku === undefined && filter.batchReference === undefined
    ? [{ head: 'Product', isMinor: true, cell: ({ sku }: MovementBody) => <ProductLink sku={sku} /> }]
    : []),
  ...(filter.batchReference === undefined
    ? [
        {
          head: 'Batch',
          cell: ({ batchReference }: MovementBody) => <BatchLink reference={batchReference} />,
          className: 'min-w-28',
        },
      ]
    : []),
  ...(filter.orderId === undefined
    ? [
        {
          head: 'Order',
          cell: ({ orderId }: MovementBody) =>
            orderId === null ? <span className="text-muted">–</span> : <OrderLink orderId={orderId} />,
        },
      ]
    : []),
  {
    head: 'On hand',
    isNumber: true,
    cell: ({ onHandChange, onHandAfter }) => <Change by={onHandChange} after={onHandAfter} />,
  },
  {
    head: 'Inbound',
    isNumber: true,
    isMinor: true,
    cell: ({ inboundChange, inboundAfter }) => <Change by={inboundChange} after={inboundAfter} />,
  },
  {
    head: 'Promised',
    isNumber: true,
    cell: ({ claimedChange, claimedAfter }) => <Change by={claimedChange} after={claimedAfter} />,
  },
  {
    head: 'Reason',
    isMinor: true,
    cell: ({ reason }) => reason ?? <span className="text-muted">–</span>,
  },
  {
    head: 'By',
    isMinor: true,
    cell: ({ actor }) => actor ?? <span className="text-muted">not known</span>,
  },
];

/** By how much a figure changed, and what it was after it. */
function Change({ by, after }: { readonly by: number; readonly after: number }) {
  return (
    <span className="whitespace-nowrap">
      {by !== 0 && (
        <span className={classes('mr-2 font-medium', by > 0 ? 'text-good' : 'text-bad')}>
          {by > 0 ? `+${grouped(by)}` : `−${grouped(-by)}`}
        </span>
      )}
      <span className={classes('inline-block min-w-8', by === 0 && 'text-muted')}>{grouped(after)}</span>
    </span>
  );
}
