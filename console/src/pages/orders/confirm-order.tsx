import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { counted, TimeText } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import type { OrderActionProps } from './order-actions.js';

export function ConfirmOrder({
  order: { orderId, version, state, expiresAt, lines },
  onClose,
}: OrderActionProps) {
  const confirm = useWrite(
    () => earmark.orders.confirm({ path: { orderId }, headers: { 'If-Match': `"${version}"` } }),
    () => {
      say(`Order ${orderId} is firm`);
      onClose();
    },
  );
  return (
    <ActionDialog
      title={`Confirm order ${orderId}`}
      action="Confirm the hold"
      write={confirm}
      onAct={() => confirm.mutate(undefined)}
      onClose={onClose}
    >
      {state === 'expired' ? (
        <p>
          The hold ended <TimeText time={expiresAt} />. Its lines are claimed again if all of them still fit;
          otherwise nothing changes:
        </p>
      ) : (
        <p>
          The hold would end <TimeText time={expiresAt} />. Once it is confirmed, its units stay promised
          until they are shipped or the order is cancelled:
        </p>
      )}
      <ul className="list-disc pl-5">
        {lines.map(({ sku, quantity }) => (
          <li key={sku}>
            {counted(quantity, 'unit')} of <ProductLink sku={sku} />
          </li>
        ))}
      </ul>
      <p className="text-muted">A firm order cannot become a hold again; it can be cancelled.</p>
    </ActionDialog>
  );
}
