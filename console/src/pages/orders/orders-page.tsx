import type { OrderBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { SEARCH } from '../../app/search.js';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { Button } from '../../ui/button.js';
import { Filters, SelectField, TextField } from '../../ui/field.js';
import { DateText, grouped, TimeText } from '../../ui/figures.js';
import { OrderLink, ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { SkuField } from '../../ui/sku-field.js';
import { Table, type Column } from '../../ui/table.js';
import { useAppliedText } from '../../ui/use-applied-text.js';
import { NoneSoFar, type More } from '../batches/none-so-far.js';
import { OrderStateBadge, ORDER_STATES, type OrderState } from './order-states.js';
import { PlaceOrder } from './place-order.js';

const ORDERS_OF_PAGE = 50;
/** Of a rare state a page may be empty, since it looks at 5,000 orders at most: so many pages are looked at in one go. */
const PAGES_IN_ONE_GO = 5;
/** Lines of an order that are shown in the list. */
const LINES_SHOWN = 2;

interface OrderFilter {
  readonly state?: OrderState;
  readonly sku?: string;
  readonly channel?: string;
}

async function listOrders(filter: OrderFilter, after: string | undefined, signal: AbortSignal) {
  const ask = (after: string | undefined) =>
    earmark.orders.list({
      query: { ...filter, limit: ORDERS_OF_PAGE, ...(after !== undefined && { after }) },
      signal,
    });
  let answer = await ask(after);
  for (
    let page = 1;
    page < PAGES_IN_ONE_GO && answer.data.items.length === 0 && answer.data.next !== null;
    page++
  )
    answer = await ask(answer.data.next);
  return answer;
}

export function OrdersPage() {
  const search = useSearch({ from: '/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const mayPlace = useAllows()('orders:write');
  const { state } = search;
  const filter: OrderFilter = {
    ...(state && { state }),
    ...(search.sku !== undefined && { sku: search.sku }),
    ...(search.channel !== undefined && { channel: search.channel }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  const orders = useInfiniteQuery(
    apiPages(
      'orders.list',
      { ...filter },
      (after: string | undefined, signal) => listOrders(filter, after, signal),
      // For a state, thousands of orders are looked at, which not every event is to do again.
      state && { isLive: false, everyMs: 5_000 },
    ),
  );
  /** What is empty is left out of the address. */
  const set = (change: { readonly [name in keyof typeof search]?: string }) =>
    void navigate({ search: (before) => SEARCH.orders({ ...before, ...change }), replace: true });
  const sku = useAppliedText(search.sku ?? '', (sku) => set({ sku }));
  const channel = useAppliedText(search.channel ?? '', (channel) => set({ channel }));
  const place = mayPlace && (
    <Button kind="primary" onClick={() => set({ place: 'order' })}>
      Place an order
    </Button>
  );

  return (
    <Page title="Orders" actions={place}>
      <Filters>
        <SelectField
          label="State"
          value={filter.state ?? ''}
          onChange={({ target }) => set({ state: target.value })}
        >
          <option value="">Any</option>
          {Object.entries(ORDER_STATES).map(([state, { name }]) => (
            <option key={state} value={state}>
              {name}
            </option>
          ))}
        </SelectField>
        <SkuField label="SKU" className="w-60" {...sku} />
        <TextField
          label="Channel"
          value={channel.value}
          onChange={({ target }) => channel.onChange(target.value)}
        />
        {isFiltered && (
          <Button kind="quiet" onClick={() => set({ state: '', sku: '', channel: '' })}>
            Show all
          </Button>
        )}
      </Filters>
      <Section title="The newest first" isFlush>
        <Answer of={orders}>
          {(rows) => (
            <Table
              caption="Orders, the newest first"
              columns={COLUMNS}
              rows={rows}
              keyOf={({ orderId }) => orderId}
              more={orders}
              empty={<NoOrders {...{ isFiltered, place }} more={orders} />}
            />
          )}
        </Answer>
      </Section>
      {mayPlace && search.place !== undefined && (
        <PlaceOrder
          // Any word but a SKU asks for an empty form.
          sku={search.place === 'order' ? '' : search.place}
          onClose={() => set({ place: '' })}
        />
      )}
    </Page>
  );
}

interface NoOrdersProps {
  readonly isFiltered: boolean;
  readonly place: React.ReactNode;
  readonly more: More;
}

function NoOrders({ isFiltered, place, more }: NoOrdersProps) {
  if (more.hasNextPage)
    return (
      <NoneSoFar title="None of the newest orders is like this" more={more} action="Look at older orders" />
    );
  if (isFiltered) return <Empty title="No order is like this">Choose another state, SKU or channel.</Empty>;
  return (
    <Empty title="There is no order yet" action={place}>
      An order is placed here, over the API, or from a file.
    </Empty>
  );
}

const COLUMNS: readonly Column<OrderBody>[] = [
  { head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} />, className: 'min-w-36' },
  { head: 'State', cell: ({ state }) => <OrderStateBadge state={state} /> },
  { head: 'Lines', cell: ({ lines }) => <LinesInBrief lines={lines} />, className: 'min-w-48', isWide: true },
  {
    head: 'Promised',
    cell: (order) => <PromisedDate order={order} />,
  },
  {
    head: 'Hold ends',
    cell: ({ state, expiresAt }) => (state === 'held' ? <TimeText time={expiresAt} /> : null),
    isMinor: true,
  },
  { head: 'Channel', cell: ({ channel }) => channel ?? <span className="text-muted">–</span>, isMinor: true },
];

function LinesInBrief({ lines }: { readonly lines: OrderBody['lines'] }) {
  const more = lines.length - LINES_SHOWN;
  return (
    <ul>
      {lines.slice(0, LINES_SHOWN).map(({ sku, quantity }) => (
        <li key={sku}>
          <span className="tabular-nums">{grouped(quantity)}</span> × <ProductLink sku={sku} />
        </li>
      ))}
      {more > 0 && <li className="text-muted">and {grouped(more)} more</li>}
    </ul>
  );
}

/** An order of which nothing was promised has no date, and one that is promised at once has none either. */
function PromisedDate({ order: { state, promisedDate } }: { readonly order: OrderBody }) {
  const isPromised = state !== 'backordered' && state !== 'expired' && state !== 'cancelled';
  return <DateText date={promisedDate} whenNone={isPromised ? 'at once' : '–'} />;
}
