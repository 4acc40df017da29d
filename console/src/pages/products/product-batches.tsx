import type { PolicyBody, ProductBody, StockBody } from '@earmark/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { inOrderOfChoice } from '../../data/batch-order.js';
import { earmark } from '../../data/earmark.js';
import { useReadOn } from '../../data/use-read-on.js';
import { CheckField } from '../../ui/field.js';
import { grouped } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { StockLegend } from '../../ui/stock-bar.js';
import { BatchTable, hasUnits } from './batch-table.js';
import { policyQuery } from './policy-query.js';

/** More batches than these are read only if the reader asks for them. */
const MOST_READ = 20_000;

type Batch = Omit<StockBody, 'allocated'>;

interface PartsProps {
  readonly batches: readonly Batch[];
  /** Whether they are in the order in which lines get them: the list of all batches is in the order of their references. */
  readonly isSorted?: boolean;
  readonly intro?: string;
  readonly more?: Parameters<typeof BatchTable>[0]['more'];
}

/** The batches in the order in which lines get them, each as a bar with its claims, all on one scale. */
export function ProductBatches({ of: product }: { readonly of: ProductBody }) {
  return product.more ? (
    <EveryBatch sku={product.sku} />
  ) : (
    <Batches sku={product.sku} batches={product.batches} />
  );
}

/** A product with more batches than its answer has: they are read page by page. */
function EveryBatch({ sku }: { readonly sku: string }) {
  const batches = useInfiniteQuery(
    apiPages(
      'batches.list',
      { sku, limit: 500 },
      (after: string | undefined, signal) =>
        earmark.batches.list({ query: { sku, limit: 500, ...(after !== undefined && { after }) }, signal }),
      // Many pages, which not every event is to read again.
      { isLive: false, everyMs: 60_000 },
    ),
  );
  const isReading = useReadOn(batches, MOST_READ);
  return (
    <Answer of={batches}>
      {(rows) => (
        <Batches
          {...(isReading && { intro: `${grouped(rows.length)} batches read so far …` })}
          sku={sku}
          batches={rows}
          isSorted={false}
          {...(!isReading && { more: batches })}
        />
      )}
    </Answer>
  );
}

function Batches({ sku, batches, isSorted = true, intro, more }: PartsProps & { readonly sku: string }) {
  const [areEmptyShown, setEmptyShown] = useState(false);
  const { data: policy } = useQuery(policyQuery(sku));
  const preference = policy?.preference ?? 'eta';
  const rows = useMemo(() => {
    const shown = areEmptyShown ? batches : batches.filter(hasUnits);
    return isSorted ? shown : inOrderOfChoice(shown, preference);
  }, [areEmptyShown, batches, isSorted, preference]);
  return (
    <Section
      title="Batches"
      intro={intro ?? (isSorted ? INTRO : INTRO_IF_SORTED_HERE)[preference]}
      actions={
        <>
          <StockLegend names={['promised', 'held', 'free on hand', 'free inbound']} />
          <CheckField
            label="Show empty batches"
            checked={areEmptyShown}
            onChange={(event) => setEmptyShown(event.target.checked)}
          />
        </>
      }
      isFlush
    >
      <BatchTable rows={rows} {...(more && { more })} />
    </Section>
  );
}

const INTRO: Readonly<Record<PolicyBody['preference'], string>> = {
  eta: 'In the order in which lines get them',
  fefo: 'In the order in which lines get them: of a day, those that expire first',
  fifo: 'In the order in which lines get them: of a day, those that came first',
  lifo: 'In the order in which lines get them: of a day, those that came last',
};

/** When a batch came, the list of batches does not say. */
const INTRO_IF_SORTED_HERE: typeof INTRO = {
  ...INTRO,
  fifo: 'By the day on which they come; of a day, lines get those first that came first',
  lifo: 'By the day on which they come; of a day, lines get those first that came last',
};
