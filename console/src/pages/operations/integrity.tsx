import type { FigureDifferenceBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { integrityQuery } from '../../data/service-queries.js';
import { Button } from '../../ui/button.js';
import { counted, Figure, grouped, TimeText } from '../../ui/figures.js';
import { BatchLink, ProductLink } from '../../ui/links.js';
import { Answer, Notice } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';

const COLUMNS: readonly Column<FigureDifferenceBody>[] = [
  { head: 'SKU', cell: ({ sku }) => <ProductLink sku={sku} /> },
  { head: 'Batch', cell: ({ batchReference }) => <BatchLink reference={batchReference} /> },
  { head: 'Figure', cell: ({ figure }) => figure },
  ...(
    [
      ['allocation.batch', 'What decides'],
      ['allocation.line', 'Order lines'],
      ['ledger.movements', 'Movements'],
      ['event_log', 'Events'],
    ] as const
  ).map(([account, head]): Column<FigureDifferenceBody> => ({
    head,
    isNumber: true,
    cell: ({ values }) => {
      const value = values[account];
      return value === undefined ? '–' : <Figure value={value} />;
    },
  })),
];

/** The proof that nothing is over-allocated: four accounts of the same figures, kept apart, compared at one moment. */
export function Integrity() {
  const check = useQuery(integrityQuery);
  return (
    <Section
      title="Integrity"
      intro="Order lines, movements and the event log each add up to the figures of every batch, if nothing is promised twice."
      actions={
        <Button isBusy={check.isFetching} onClick={() => void check.refetch()}>
          Compare again
        </Button>
      }
    >
      <Answer of={check} rows={2}>
        {({ position, products, unsettled, differences }) => (
          <div className="flex flex-col gap-3">
            <Notice
              tone={differences.length === 0 ? 'good' : 'bad'}
              title={
                differences.length === 0
                  ? `No difference at position ${grouped(position)}`
                  : `${differences.length >= 1_000 ? 'At least ' : ''}${counted(differences.length, 'difference')} at position ${grouped(position)}`
              }
            >
              <p>
                {differences.length === 0
                  ? `Nothing is over-allocated: the figures of ${counted(products, 'product')} were compared batch by batch`
                  : `${counted(products, 'product')} ${products === 1 ? 'was' : 'were'} compared`}
                {unsettled > 0 &&
                  `; ${counted(unsettled, 'product')} ${unsettled === 1 ? 'was' : 'were'} left out, since changes were under way`}
                , <TimeText time={new Date(check.dataUpdatedAt).toISOString()} />.
              </p>
            </Notice>
            {differences.length > 0 && (
              <Table
                caption="Figures that differ"
                columns={COLUMNS}
                rows={differences}
                keyOf={({ batchReference, figure }) => `${batchReference} ${figure}`}
              />
            )}
          </div>
        )}
      </Answer>
    </Section>
  );
}
