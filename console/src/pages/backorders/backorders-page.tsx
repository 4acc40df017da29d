import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { buttonLook } from '../../ui/button.js';
import { Filters } from '../../ui/field.js';
import { counted, Figure, grouped, TimeText } from '../../ui/figures.js';
import { OrderLink } from '../../ui/links.js';
import { Answer, Empty, Notice } from '../../ui/notice.js';
import { Page, Section, Tile, Tiles } from '../../ui/page.js';
import { SkuField } from '../../ui/sku-field.js';
import { Table, type Column } from '../../ui/table.js';
import { useAppliedText } from '../../ui/use-applied-text.js';
import { ProductQueue } from './product-queue.js';
import { queuesQuery, type Queues } from './queues-query.js';
import type { QueueSummary } from './waits.js';

export function BackordersPage() {
  const { sku } = useSearch({ from: '/backorders' });
  return sku === undefined ? <AllQueues /> : <ProductQueue key={sku} sku={sku} />;
}

function AllQueues() {
  const navigate = useNavigate({ from: '/backorders' });
  const queues = useQuery(queuesQuery);
  const sku = useAppliedText('', (sku) => void (sku !== '' && navigate({ search: { sku } })), 900);
  return (
    <Page
      title="Backorders"
      intro="Lines that wait for units. Units that become free go to them at once, in the order that the policy of the product says."
    >
      <Filters>
        <SkuField label="The queue of a SKU" className="w-72" {...sku} />
      </Filters>
      <Answer of={queues}>
        {({ queues, isComplete }) => (
          <>
            {!isComplete && (
              <Notice tone="warn">
                More lines have begun to wait than are looked at here, so products may be missing. Type a SKU
                to see its queue.
              </Notice>
            )}
            {queues.length > 0 && <InBrief queues={queues} />}
            <Section title="By product, the most units first" isFlush>
              <Table
                caption="Products for which lines wait"
                columns={COLUMNS}
                rows={queues}
                keyOf={({ sku }) => sku}
                empty={
                  <Empty
                    title="Nobody waits"
                    action={
                      <Link to="/orders" className={buttonLook()}>
                        Look at the orders
                      </Link>
                    }
                  >
                    A line waits if it does not fit, and its order says that it may.
                  </Empty>
                }
              />
            </Section>
          </>
        )}
      </Answer>
    </Page>
  );
}

function InBrief({ queues }: Pick<Queues, 'queues'>) {
  const sum = (of: (queue: QueueSummary) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const oldest = queues
    .flatMap(({ oldest }) => oldest ?? [])
    .reduce<QueueSummary['oldest']>(
      (first, wait) => (first && first.since <= wait.since ? first : wait),
      null,
    );
  const largest = queues
    .map(({ largest }) => largest)
    .reduce((most, line) => (line.quantity > most.quantity ? line : most));
  const hasMore = queues.some(({ hasMore }) => hasMore);
  return (
    <Tiles>
      <Tile name="Products">{grouped(queues.length)}</Tile>
      <Tile name="Lines that wait">
        <AtLeast value={sum(({ lines }) => lines)} isMore={hasMore} />
      </Tile>
      <Tile name="Units waited for">
        <AtLeast value={sum(({ units }) => units)} isMore={hasMore} />
      </Tile>
      {oldest && (
        <Tile name="Oldest wait" note={<OrderLink orderId={oldest.orderId} />}>
          <TimeText time={oldest.since} />
        </Tile>
      )}
      <Tile name="Largest line" note={<OrderLink orderId={largest.orderId} />}>
        {counted(largest.quantity, 'unit')}
      </Tile>
    </Tiles>
  );
}

const COLUMNS: readonly Column<QueueSummary>[] = [
  {
    head: 'SKU',
    cell: ({ sku }) => (
      <Link
        to="/backorders"
        search={{ sku }}
        className="font-medium wrap-anywhere text-accent-text hover:underline"
      >
        {sku}
      </Link>
    ),
    className: 'min-w-40',
  },
  { head: 'Units', cell: ({ units, hasMore }) => <AtLeast value={units} isMore={hasMore} />, isNumber: true },
  { head: 'Lines', cell: ({ lines, hasMore }) => <AtLeast value={lines} isMore={hasMore} />, isNumber: true },
  {
    head: 'Oldest wait',
    cell: ({ oldest }) =>
      oldest ? (
        <>
          <TimeText time={oldest.since} /> <OrderLink orderId={oldest.orderId} />
        </>
      ) : (
        <span className="text-muted">before the log begins</span>
      ),
  },
  {
    head: 'Largest line',
    cell: ({ largest }) => (
      <>
        {counted(largest.quantity, 'unit')} <OrderLink orderId={largest.orderId} />
      </>
    ),
    isMinor: true,
  },
  {
    head: 'Highest priority',
    cell: ({ highestPriority }) => <Figure value={highestPriority} />,
    isNumber: true,
    isMinor: true,
  },
];

function AtLeast({ value, isMore }: { readonly value: number; readonly isMore: boolean }) {
  return (
    <>
      <Figure value={value} />
      {isMore && '+'}
    </>
  );
}
