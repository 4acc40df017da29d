import type { ProductSummaryBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { SEARCH } from '../../app/search.js';
import { useAllows } from '../../data/session.js';
import { useReadOn } from '../../data/use-read-on.js';
import { Button, buttonLook } from '../../ui/button.js';
import { CheckField, Filters, TextField } from '../../ui/field.js';
import { counted, Figure } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Answer, Empty, Loading } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { StockBar, StockLegend } from '../../ui/stock-bar.js';
import { Table, type Column } from '../../ui/table.js';
import { useAppliedText } from '../../ui/use-applied-text.js';
import { barOf } from '../batches/batch-states.js';
import { NoneSoFar, type More } from '../batches/none-so-far.js';
import { RegisterBatch } from '../batches/register-batch.js';
import { isRunningShort, productsQuery } from './products-query.js';

const route = getRouteApi('/products');

/** So many products are read at once to find those that run short. */
const MOST_SEARCHED = 10_000;

export function ProductsPage() {
  const { find = '', only } = route.useSearch();
  const navigate = route.useNavigate();
  const allows = useAllows();
  const [isRegistering, setRegistering] = useState(false);
  const isShortOnly = only === 'short';
  const products = useInfiniteQuery(productsQuery(find, isShortOnly ? 500 : 100));

  // The API cannot be asked for those that run short, so the list is read on to find them.
  const isReading = useReadOn(products, isShortOnly ? MOST_SEARCHED : 0);

  const set = (change: { find?: string; only?: string }) =>
    void navigate({ search: (before) => SEARCH.products({ ...before, ...change }), replace: true });
  const typed = useAppliedText(find, (next) => set({ find: next }));
  const register = allows('batches:write') && (
    <Button kind="primary" onClick={() => setRegistering(true)}>
      Register a batch
    </Button>
  );

  return (
    <Page
      title="Products"
      intro="What there is of each product, who has it, and what is left to promise."
      actions={register}
    >
      <Filters>
        <TextField
          label="SKU begins with"
          type="search"
          value={typed.value}
          onChange={(event) => typed.onChange(event.target.value)}
          className="w-60"
        />
        <CheckField
          label="Only those that run short (a tenth left, or less)"
          checked={isShortOnly}
          onChange={(event) => set({ only: event.target.checked ? 'short' : '' })}
        />
      </Filters>
      <Answer of={products}>
        {(read) => {
          const rows = isShortOnly ? read.filter(isRunningShort) : read;
          return (
            <Section
              title={isShortOnly ? 'Running short' : 'Products'}
              {...(isShortOnly && {
                intro: `${counted(rows.length, 'product')} of ${counted(read.length, 'product')} read`,
              })}
              actions={<StockLegend names={['promised', 'held', 'free on hand', 'free inbound']} />}
              isFlush
            >
              <Table
                caption="Products"
                columns={columnsFor(rows)}
                rows={rows}
                keyOf={({ sku }) => sku}
                more={products}
                empty={
                  isReading ? (
                    <Loading rows={2} />
                  ) : (
                    <NoProducts
                      {...{ isShortOnly, register }}
                      text={find}
                      read={read.length}
                      more={products}
                      onShowAll={() => set({ find: '', only: '' })}
                    />
                  )
                }
              />
            </Section>
          );
        }}
      </Answer>
      {isRegistering && (
        <RegisterBatch
          onClose={() => setRegistering(false)}
          onDone={({ sku }) => void navigate({ to: '/products/$sku', params: { sku } })}
        />
      )}
    </Page>
  );
}

interface NoProductsProps {
  readonly text: string;
  readonly isShortOnly: boolean;
  /** So many were looked at. */
  readonly read: number;
  readonly register: React.ReactNode;
  readonly more: More;
  readonly onShowAll: () => void;
}

function NoProducts({ text, isShortOnly, read, register, more, onShowAll }: NoProductsProps) {
  if (more.hasNextPage)
    return (
      <NoneSoFar
        title={`None of the first ${counted(read, 'product')} runs short`}
        more={more}
        action="Look at more of them"
      />
    );
  if (isShortOnly || text !== '')
    return (
      <Empty
        title={isShortOnly ? 'No product runs short' : `No SKU begins with ${text}`}
        action={<Button onClick={onShowAll}>Show all</Button>}
      />
    );
  return (
    <Empty
      title="There are no products yet"
      action={
        <>
          {register}
          <Link to="/import" className={buttonLook()}>
            Import batches
          </Link>
        </>
      }
    >
      A product comes with its first batch. Register what you have bought, import it from a file, or fill the
      service with sample data on the{' '}
      <Link to="/" className="underline">
        overview
      </Link>
      .
    </Empty>
  );
}

/** Bars below each other compare; a few very large products fill theirs, so that they do not dwarf the others. */
function columnsFor(rows: readonly ProductSummaryBody[]): readonly Column<ProductSummaryBody>[] {
  const sizes = rows.map(({ quantity }) => quantity).toSorted((one, other) => one - other);
  const scale = sizes[Math.floor(sizes.length * 0.95)] ?? 0;
  return [
    { head: 'SKU', cell: ({ sku }) => <ProductLink sku={sku} /> },
    { head: 'On hand', isNumber: true, cell: ({ onHand }) => <Figure value={onHand} /> },
    { head: 'Inbound', isNumber: true, cell: ({ inbound }) => <Figure value={inbound} /> },
    { head: 'Promised', isNumber: true, cell: ({ claimed }) => <Figure value={claimed} /> },
    {
      head: 'Available',
      isNumber: true,
      cell: (product) => (
        <Figure value={product.available} tone={isRunningShort(product) ? 'bad' : undefined} />
      ),
    },
    {
      head: 'Units',
      isMinor: true,
      className: 'w-1/3 min-w-40',
      cell: (product) => <StockBar {...barOf(product)} of={scale} />,
    },
    {
      head: 'Shipped',
      isNumber: true,
      isMinor: true,
      cell: ({ shipped }) => <Figure value={shipped} tone="muted" />,
    },
  ];
}
