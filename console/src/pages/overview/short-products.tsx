import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { counted, Figure, grouped } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { StockBar } from '../../ui/stock-bar.js';
import { Table } from '../../ui/table.js';
import { productsQuery } from './queries.js';
import { runningShort } from './running-short.js';

const SHOWN = 8;

/** Products of which nearly everything is promised. */
export function ShortProducts() {
  const query = useQuery(productsQuery);
  const looked = query.data?.items.length ?? 0;
  const intro = query.data?.areMore
    ? `Among the first ${grouped(looked)} products: there are more, and this page looks at no more of them.`
    : 'At most a tenth of what is promised is still free.';
  return (
    <Section
      title="Running short"
      intro={intro}
      actions={
        <Link to="/products" className="text-accent-text hover:underline">
          All products
        </Link>
      }
      isFlush
    >
      <Answer of={query}>
        {({ items }) => {
          const short = runningShort(items);
          const most = Math.max(...short.slice(0, SHOWN).map(({ quantity }) => quantity), 1);
          return (
            <>
              <Table
                caption="Products that run short"
                rows={short.slice(0, SHOWN)}
                keyOf={({ sku }) => sku}
                empty={
                  <Empty title="No product runs short">{counted(items.length, 'product')} looked at.</Empty>
                }
                columns={[
                  { head: 'Product', cell: ({ sku }) => <ProductLink sku={sku} /> },
                  { head: 'Promised', cell: ({ claimed }) => <Figure value={claimed} />, isNumber: true },
                  {
                    head: 'Free',
                    cell: ({ available }) => (
                      <Figure value={available} tone={available === 0 ? 'bad' : undefined} />
                    ),
                    isNumber: true,
                  },
                  {
                    head: 'Stock',
                    isMinor: true,
                    className: 'w-2/5 min-w-32',
                    cell: ({ claimed, held, available, onHand }) => {
                      // What is on hand is promised first.
                      const free = Math.min(available, Math.max(onHand - claimed, 0));
                      return (
                        <div className="pt-1">
                          <StockBar
                            claimed={claimed}
                            held={held}
                            free={free}
                            inbound={available - free}
                            of={most}
                          />
                        </div>
                      );
                    },
                  },
                ]}
              />
              {short.length > SHOWN && (
                <p className="px-4 pt-2 text-muted">And {counted(short.length - SHOWN, 'other product')}.</p>
              )}
            </>
          );
        }}
      </Answer>
    </Section>
  );
}
