import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { counted, DateText, grouped } from '../../ui/figures.js';
import { OrderLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table } from '../../ui/table.js';
import { daysLate } from './days-late.js';
import { latePromisesQuery } from './queries.js';

const SHOWN = 6;

/** Order lines that are expected later than they were promised, the worst first. */
export function LatePromises() {
  const query = useQuery(latePromisesQuery);
  return (
    <Section
      title="Late promises"
      intro={
        query.data &&
        (query.data.areMore
          ? `More than ${grouped(query.data.items.length)} order lines`
          : counted(query.data.items.length, 'order line'))
      }
      actions={
        <Link to="/promises" search={{ late: 'true' }} className="text-accent-text hover:underline">
          All promises at risk
        </Link>
      }
      isFlush
    >
      <Answer of={query}>
        {({ items }) => (
          <Table
            caption="The latest promises"
            rows={[...items].sort((a, b) => daysLate(b) - daysLate(a)).slice(0, SHOWN)}
            keyOf={({ orderId, sku }) => `${orderId} ${sku}`}
            empty={<Empty title="No promise is late">Every order line is expected on its day.</Empty>}
            columns={[
              { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
              { head: 'Product', cell: ({ sku }) => <ProductLink sku={sku} />, isMinor: true },
              {
                head: 'Promised',
                cell: ({ promisedDate }) => <DateText date={promisedDate} whenNone="at once" />,
              },
              {
                head: 'Expected',
                cell: ({ expectedDate }) => <DateText date={expectedDate} whenNone="not known" />,
              },
            ]}
          />
        )}
      </Answer>
    </Section>
  );
}
