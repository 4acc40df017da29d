import type { BatchBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { useReadOn } from '../../data/use-read-on.js';
import { Button, buttonLook } from '../../ui/button.js';
import { Filters, SelectField } from '../../ui/field.js';
import { DateText, Figure, grouped } from '../../ui/figures.js';
import { BatchLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty, Loading } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { SkuField } from '../../ui/sku-field.js';
import { StockBar, StockLegend } from '../../ui/stock-bar.js';
import { Table, type Column } from '../../ui/table.js';
import { useAppliedText } from '../../ui/use-applied-text.js';
import { ArrivalsChart } from './arrivals.js';
import { barOf, States } from './batch-states.js';
import { NoneSoFar, type More } from './none-so-far.js';
import { RegisterBatch } from './register-batch.js';

const route = getRouteApi('/batches');

/** So many batches are read for the time line; the list goes on after them. */
const MOST_FOR_ARRIVALS = 5_000;

const SHOWN = {
  open: ['with stock or to come', ({ onHand, inbound }: BatchBody) => onHand + inbound > 0],
  inbound: ['to come', ({ inbound }: BatchBody) => inbound > 0],
  overdue: ['overdue', ({ overdue }: BatchBody) => overdue],
  blocked: ['blocked', ({ blocked }: BatchBody) => blocked],
  all: ['all', () => true],
} as const;
type Shown = keyof typeof SHOWN;

export function BatchesPage() {
  const { sku } = route.useSearch();
  const navigate = route.useNavigate();
  const allows = useAllows();
  const typed = useAppliedText(
    sku ?? '',
    (text) => void navigate({ search: text === '' ? {} : { sku: text }, replace: true }),
  );
  const [isRegistering, setRegistering] = useState(false);
  const [shown, setShown] = useState<Shown>('open');
  const batches = useInfiniteQuery(
    apiPages(
      'batches.list',
      { sku },
      (after: string | undefined, signal) =>
        earmark.batches.list({
          query: { limit: 500, ...(sku !== undefined && { sku }), ...(after !== undefined && { after }) },
          signal,
        }),
      // All batches are many pages, which not every event is to read again.
      sku === undefined ? { isLive: false, everyMs: 5_000 } : {},
    ),
  );
  const isReading = useReadOn(batches, MOST_FOR_ARRIVALS);
  const register = allows('batches:write') && (
    <Button kind="primary" onClick={() => setRegistering(true)}>
      Register a batch
    </Button>
  );

  return (
    <Page title="Batches" intro="What was bought, where it is, and when it comes." actions={register}>
      <Filters>
        <SkuField label="Product" {...typed} className="w-60" />
        <SelectField
          label="Show"
          value={shown}
          onChange={(event) => setShown(event.target.value as Shown)}
          className="w-60"
        >
          {Object.entries(SHOWN).map(([name, [text]]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </SelectField>
      </Filters>
      <Answer of={batches}>
        {(read) => {
          const rows = read.filter(SHOWN[shown][1]);
          return (
            <>
              {read.some(({ inbound }) => inbound > 0) && (
                <Section
                  title="Arrivals"
                  {...(batches.hasNextPage && { intro: `Of the first ${grouped(read.length)} batches` })}
                >
                  <ArrivalsChart of={read} />
                </Section>
              )}
              <Section title="Batches" actions={<StockLegend />} isFlush>
                <Table
                  caption="Batches"
                  columns={COLUMNS}
                  rows={rows}
                  keyOf={({ reference }) => reference}
                  more={batches}
                  empty={
                    isReading ? (
                      <Loading rows={2} />
                    ) : (
                      <NoBatches
                        {...{ shown, sku, register }}
                        read={read.length}
                        more={batches}
                        onShowAll={() => {
                          setShown('all');
                          if (read.length === 0) void navigate({ search: {}, replace: true });
                        }}
                      />
                    )
                  }
                />
              </Section>
            </>
          );
        }}
      </Answer>
      {isRegistering && (
        <RegisterBatch
          {...(sku !== undefined && batches.data?.length && { sku })}
          onClose={() => setRegistering(false)}
          onDone={({ reference }) => void navigate({ to: '/batches/$reference', params: { reference } })}
        />
      )}
    </Page>
  );
}

interface NoBatchesProps {
  readonly shown: Shown;
  readonly sku: string | undefined;
  /** So many were looked at. */
  readonly read: number;
  readonly register: ReactNode;
  readonly more: More;
  readonly onShowAll: () => void;
}

function NoBatches({ shown, sku, read, register, more, onShowAll }: NoBatchesProps) {
  const showAll = <Button onClick={onShowAll}>Show all</Button>;
  if (more.hasNextPage)
    return (
      <NoneSoFar
        title={`None of the first ${grouped(read)} batches is ${SHOWN[shown][0]}`}
        more={more}
        action="Look at more of them"
      >
        {showAll}
      </NoneSoFar>
    );
  if (read > 0) return <Empty title={`No batch is ${SHOWN[shown][0]}`} action={showAll} />;
  if (sku !== undefined) return <Empty title={`There is no batch of ${sku}`} action={showAll} />;
  return (
    <Empty
      title="There are no batches yet"
      action={
        <>
          {register}
          <Link to="/import" className={buttonLook()}>
            Import batches
          </Link>
        </>
      }
    />
  );
}

const COLUMNS: readonly Column<BatchBody>[] = [
  { head: 'Batch', cell: ({ reference }) => <BatchLink reference={reference} /> },
  { head: 'Product', cell: ({ sku }) => <ProductLink sku={sku} /> },
  { head: <span className="sr-only">State</span>, cell: (batch) => <States of={batch} /> },
  { head: 'Due', cell: ({ eta }) => <DateText date={eta} whenNone="–" /> },
  { head: 'On hand', isNumber: true, cell: ({ onHand }) => <Figure value={onHand} /> },
  { head: 'Inbound', isNumber: true, cell: ({ inbound }) => <Figure value={inbound} /> },
  { head: 'Available', isNumber: true, cell: ({ available }) => <Figure value={available} /> },
  {
    head: 'Units',
    isMinor: true,
    cell: (batch) => <StockBar {...barOf(batch)} />,
    className: 'min-w-32',
  },
  { head: 'Place', isMinor: true, cell: ({ location }) => location },
  {
    head: 'Supplier',
    isMinor: true,
    cell: ({ supplier }) => supplier ?? <span className="text-muted">–</span>,
  },
];
