import type { OrderBody } from '@earmark/client';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { counted } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Claims } from './claims.js';
import type { OrderActionProps } from './order-actions.js';
import { bodyOfOrder, isOver } from './order-draft.js';

export function CancelOrder({ order, onClose }: OrderActionProps) {
  const { orderId, version, lines } = order;
  const claiming = lines.filter(({ claims }) => claims.length > 0);
  const waiting = lines.filter(({ state }) => state === 'backordered');
  const shipped = lines.reduce((sum, line) => sum + line.shipped, 0);
  const cancel = useWrite(
    () => earmark.orders.cancel({ path: { orderId }, headers: { 'If-Match': `"${version}"` } }),
    () => {
      say(
        `Order ${orderId} is cancelled`,
        // A hold that had ended would become firm.
        isOver(order) ? undefined : { label: 'Open it again', act: () => openAgain(order) },
      );
      onClose();
    },
  );
  return (
    <ActionDialog
      title={`Cancel order ${orderId}`}
      action="Cancel the order"
      isDanger
      write={cancel}
      onAct={() => cancel.mutate(undefined)}
      onClose={onClose}
    >
      {claiming.length > 0 && (
        <div>
          <p>These units are free at once, and go to lines that wait for them, if there are any:</p>
          <ul className="mt-1 list-disc pl-5">
            {claiming.map(({ sku, claims }) => (
              <li key={sku}>
                <ProductLink sku={sku} />: <Claims claims={claims} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {waiting.length > 0 && (
        <p>
          {counted(waiting.length, 'line')} {waiting.length === 1 ? 'leaves its queue' : 'leave their queues'}
          .
        </p>
      )}
      {shipped > 0 && <p>What has left ({counted(shipped, 'unit')}) stays as it is.</p>}
      {claiming.length === 0 && waiting.length === 0 && <p>No units become free: it has none.</p>}
      <p className="text-muted">
        It can be opened again, but gets its units only if nobody has taken them since.
      </p>
    </ActionDialog>
  );
}

/** Unless somebody has opened it since, perhaps with other lines. */
async function openAgain(order: OrderBody): Promise<unknown> {
  const path = { orderId: order.orderId };
  const { data: now } = await earmark.orders.find({ path });
  if (now.state !== 'cancelled') throw new Error(`Order ${order.orderId} was opened again already.`);
  return earmark.orders.put({
    path,
    headers: { 'If-Match': `"${now.version}"` },
    body: bodyOfOrder(order, { reopen: true }),
  });
}
