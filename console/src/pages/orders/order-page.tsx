import type { OrderBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Badge } from '../../ui/badge.js';
import { buttonLook } from '../../ui/button.js';
import { counted, DateText, grouped, TimeText } from '../../ui/figures.js';
import { Answer, Empty, Notice, ProblemNotice } from '../../ui/notice.js';
import { Page, Section, Tile, Tiles } from '../../ui/page.js';
import { OrderActions } from './order-actions.js';
import { OrderHistory } from './order-history.js';
import { OrderLines } from './order-lines.js';
import { OrderStateBadge } from './order-states.js';
import { Shipments } from './shipments.js';

/** What moves a batch to another day names 20 of its orders at most, so they are looked at now and then as well. */
const often = { everyMs: 15_000 };

/** A dialog that is open ends with the order that it is about. */
export function OrderPage() {
  const { orderId } = useParams({ from: '/orders/$orderId' });
  return <OrderOf key={orderId} orderId={orderId} />;
}

function OrderOf({ orderId }: { readonly orderId: string }) {
  const order = useQuery(
    apiQuery(
      'orders.find',
      { orderId },
      (signal) => earmark.orders.find({ path: { orderId }, signal }),
      often,
    ),
  );
  // Which of its lines are late is for the service to say: it knows the day.
  const promises = useQuery(
    apiQuery(
      'promises.list',
      { orderId, late: true },
      (signal) => earmark.promises.list({ query: { orderId, late: true, limit: 500 }, signal }),
      often,
    ),
  );
  const late = new Set(promises.data?.items.map(({ sku }) => sku));
  return (
    <Page
      title={orderId}
      above={
        <Link to="/orders" className="hover:underline">
          Orders
        </Link>
      }
      beside={
        order.data && (
          <>
            <OrderStateBadge state={order.data.state} />
            {late.size > 0 && <Badge tone="bad">late</Badge>}
          </>
        )
      }
      actions={order.data && <OrderActions order={order.data} />}
    >
      <Answer
        of={order}
        whenNotFound={
          <Empty
            title="There is no such order now"
            action={
              <Link to="/orders" className={buttonLook('primary')}>
                Look at all orders
              </Link>
            }
          >
            Upper and lower case differ. If there was such an order, its story is below.
          </Empty>
        }
      >
        {(order) => (
          <>
            <Explanation order={order} />
            <Figures order={order} />
            {promises.error && (
              <ProblemNotice error={promises.error} onRetry={() => void promises.refetch()} />
            )}
            <OrderLines order={order} late={late} />
          </>
        )}
      </Answer>
      <Shipments orderId={orderId} />
      <Section
        title="History"
        intro="Each step with its reason, who did it, and which batches were passed over."
        actions={
          <Link to="/movements" search={{ orderId }} className={buttonLook()}>
            Movements of stock
          </Link>
        }
      >
        <OrderHistory orderId={orderId} />
      </Section>
    </Page>
  );
}

function Figures({ order }: { readonly order: OrderBody }) {
  const units = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const shipped = order.lines.reduce((sum, line) => sum + line.shipped, 0);
  const returned = order.lines.reduce((sum, line) => sum + line.returned, 0);
  const isPromised = order.lines.some(({ claims, shipped }) => claims.length > 0 || shipped > 0);
  const isWhole = order.lines.every(({ state }) => state !== 'backordered' && state !== 'refused');
  return (
    <Tiles>
      <Tile name="Promised" note={isWhole ? 'the latest of its lines' : 'of the lines that have units'}>
        <DateText date={order.promisedDate} whenNone={isPromised ? 'at once' : '–'} />
      </Tile>
      <Tile name="Units" note={counted(order.lines.length, 'line')}>
        {grouped(units)}
      </Tile>
      <Tile name="Shipped" {...(returned > 0 && { note: `${counted(returned, 'unit')} came back` })}>
        {grouped(shipped)}
      </Tile>
      <Tile name="Priority" note="0 to 9">
        {order.priority}
      </Tile>
      <Tile name="Channel" {...(order.shipComplete && { note: 'ships as a whole only' })}>
        {order.channel ?? <span className="text-muted">–</span>}
      </Tile>
      {order.expiresAt === null ? (
        <Tile name="Hold" note="no end">
          {order.state === 'cancelled' ? '–' : 'firm'}
        </Tile>
      ) : (
        <Tile name={order.state === 'expired' ? 'Hold ended' : 'Hold ends'}>
          <TimeText time={order.expiresAt} />
        </Tile>
      )}
    </Tiles>
  );
}

/** What the state means for the one who looks, if it is not plain. */
function Explanation({ order }: { readonly order: OrderBody }) {
  if (order.state === 'expired')
    return (
      <Notice tone="warn" title="The hold has ended, and its units are free">
        Within 24 hours it can still be confirmed, if all of its lines fit again.
      </Notice>
    );
  if (order.state === 'cancelled')
    return <Notice tone="neutral">Cancelled. It stays so until it is opened again with new lines.</Notice>;
  if (order.locations !== null)
    return <Notice tone="info">Its units come only from {order.locations.join(', ')}.</Notice>;
  return null;
}
