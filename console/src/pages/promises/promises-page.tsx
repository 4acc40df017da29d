import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { SEARCH } from '../../app/search.js';
import { Button } from '../../ui/button.js';
import { CheckField, Filters, SelectField, TextField } from '../../ui/field.js';
import { Answer, Notice } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { SkuField } from '../../ui/sku-field.js';
import { useAppliedText } from '../../ui/use-applied-text.js';
import { GROUPINGS } from './late-groups.js';
import { LateLines } from './late-lines.js';
import { PromisedLines } from './promised-lines.js';

/** The API's largest page. */
const LINES_OF_PAGE = 500;

export function PromisesPage() {
  const search = useSearch({ from: '/promises' });
  const navigate = useNavigate({ from: '/promises' });
  const isLate = search.late !== 'false';
  const { by = 'order' } = search;
  const filter = {
    ...(search.sku !== undefined && { sku: search.sku }),
    ...(search.orderId !== undefined && { orderId: search.orderId }),
    ...(search.batchReference !== undefined && { batchReference: search.batchReference }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  const lines = useInfiniteQuery(
    apiPages(
      'promises.list',
      { ...filter, isLate },
      (after: string | undefined, signal) =>
        earmark.promises.list({
          query: {
            ...filter,
            ...(isLate && { late: true }),
            limit: LINES_OF_PAGE,
            ...(after !== undefined && { after }),
          },
          signal,
        }),
      // Those of all products are many, and not every event is to read them again; of others not every event names them.
      { isLive: isFiltered, everyMs: 10_000 },
    ),
  );
  const set = (change: { readonly [name in keyof typeof search]?: string }) =>
    void navigate({ search: (before) => SEARCH.promises({ ...before, ...change }), replace: true });
  const sku = useAppliedText(search.sku ?? '', (sku) => set({ sku }));
  const orderId = useAppliedText(search.orderId ?? '', (orderId) => set({ orderId }));
  const reference = useAppliedText(search.batchReference ?? '', (batchReference) => set({ batchReference }));
  return (
    <Page
      title="Promises at risk"
      intro="Lines that are expected after the day that they were promised first, or after they are needed."
    >
      <Filters>
        <SelectField label="Grouped" value={by} onChange={({ target }) => set({ by: target.value })}>
          {Object.entries(GROUPINGS).map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </SelectField>
        <SkuField label="SKU" className="w-56" {...sku} />
        <TextField
          label="Order"
          value={orderId.value}
          onChange={({ target }) => orderId.onChange(target.value)}
        />
        <TextField
          label="Batch"
          value={reference.value}
          onChange={({ target }) => reference.onChange(target.value)}
        />
        <div className="flex min-h-8 items-center">
          <CheckField
            label="Late ones only"
            checked={isLate}
            onChange={({ target }) => set({ late: target.checked ? '' : 'false' })}
          />
        </div>
        {isFiltered && (
          <Button kind="quiet" onClick={() => set({ sku: '', orderId: '', batchReference: '' })}>
            Show all
          </Button>
        )}
      </Filters>
      <Answer of={lines}>
        {(rows) =>
          isLate ? (
            <LateLines rows={rows} by={by} isFiltered={isFiltered} hasMore={lines.hasNextPage} />
          ) : (
            <Section title="Promised lines, by batch" isFlush>
              <PromisedLines rows={rows} more={lines} />
            </Section>
          )
        }
      </Answer>
      {isLate && lines.hasNextPage && (
        <Notice tone="info">
          <span className="mr-3">More lines are late than are shown.</span>
          <Button isBusy={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>
            Look at more of them
          </Button>
        </Notice>
      )}
    </Page>
  );
}
