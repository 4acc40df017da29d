import type { LinePlaceBody, PromisedLineBody, SimulationBody } from '@earmark/client';
import type { ReactNode } from 'react';
import { consequencesOf, tally, type Consequence, type Outcome } from '../data/consequences.js';
import { Badge, type Tone } from './badge.js';
import { counted, DateText, grouped } from './figures.js';
import { BatchLink, OrderLink, ProductLink } from './links.js';
import { Loading, Notice, ProblemNotice } from './notice.js';
import { Table, type Column } from './table.js';

const SAYS: Readonly<Record<Outcome, readonly [one: string, many: string, tone: Tone]>> = {
  lost: ['loses its units', 'lose their units', 'bad'],
  waits: ['loses its units and waits', 'lose their units and wait', 'bad'],
  late: ['becomes late', 'become late', 'bad'],
  later: ['comes later', 'come later', 'warn'],
  released: ['is released', 'are released', 'neutral'],
  moved: ['moves', 'move', 'info'],
  changed: ['changes', 'change', 'info'],
  earlier: ['comes earlier', 'come earlier', 'good'],
  gained: ['gets its units', 'get their units', 'good'],
  left: ['leaves', 'leave', 'good'],
};

interface Simulated {
  readonly data: SimulationBody | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

interface ConsequencesProps {
  /** What `useSimulation` returns. */
  readonly of: Simulated;
  /** Lines with their promises: with them, a line that becomes late is told from one that comes later. */
  readonly promised?: readonly PromisedLineBody[] | undefined;
  /** What to say if no line changes. */
  readonly whenNone?: ReactNode;
  /** Shown in place of a refusal of a step, if the page has something better to say. */
  readonly whenRefused?: ReactNode;
}

/** What a change would do to the lines of customers, before anybody decides. */
export function Consequences({
  of: { data, error, refetch },
  promised,
  whenNone,
  whenRefused,
}: ConsequencesProps) {
  if (data === undefined)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Loading rows={2} />;
  const problems = data.steps.flatMap(({ problem }) => (problem ? [problem] : []));
  if (problems.length > 0)
    return (
      whenRefused ?? (
        <Notice tone="bad" title="This would be refused">
          {problems.map(({ detail }, index) => (
            <p key={index}>{detail}</p>
          ))}
        </Notice>
      )
    );
  const lines = consequencesOf(data, promised);
  if (lines.length === 0) return <Notice tone="good" title={whenNone ?? 'No line of an order changes.'} />;
  return (
    <section aria-label="Consequences" className="flex min-w-0 flex-col gap-2">
      <ul className="flex flex-wrap gap-2">
        {tally(lines).map(([outcome, count]) => (
          <li key={outcome}>
            <Badge tone={SAYS[outcome][2]}>
              {counted(count, 'line')} {SAYS[outcome][count === 1 ? 0 : 1]}
            </Badge>
          </li>
        ))}
      </ul>
      <div className="max-h-72 overflow-y-auto rounded-md border border-edge py-1">
        <Table
          caption="Lines that change"
          columns={columnsFor(lines)}
          rows={lines}
          keyOf={({ orderId, sku }) => JSON.stringify([orderId, sku])}
        />
      </div>
      {data.more && <p className="text-muted">More lines change than are shown here.</p>}
    </section>
  );
}

const columnsFor = (lines: readonly Consequence[]): readonly Column<Consequence>[] => [
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} />, className: 'min-w-32' },
  ...(lines.some(({ sku }) => sku !== lines[0]!.sku)
    ? [{ head: 'Product', cell: ({ sku }: Consequence) => <ProductLink sku={sku} /> }]
    : []),
  {
    head: 'What happens',
    cell: ({ outcome }) => <Badge tone={SAYS[outcome][2]}>{SAYS[outcome][0]}</Badge>,
  },
  { head: 'Now', cell: ({ before }) => <Place of={before} /> },
  { head: 'Then', cell: ({ after }) => <Place of={after} /> },
  ...(lines.some(({ promisedDate }) => promisedDate !== undefined)
    ? [
        {
          head: 'Promised',
          isMinor: true,
          cell: ({ promisedDate }: Consequence) =>
            promisedDate === undefined ? null : <DateText date={promisedDate} whenNone="at once" />,
        },
      ]
    : []),
];

/** The units of a line, where they are and when they come. */
function Place({ of }: { readonly of: LinePlaceBody | null }) {
  if (of === null) return <span className="text-muted">nothing</span>;
  const claims = of.claims ?? [of];
  return claims.map(({ batchReference, quantity, eta }) => (
    <span key={batchReference} className="block min-w-28">
      {grouped(quantity)} of <BatchLink reference={batchReference} />
      <span className="block text-muted">
        <DateText date={eta} whenNone="on hand" />
      </span>
    </span>
  ));
}
