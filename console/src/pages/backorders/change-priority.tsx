import type { BackorderBody, OrderBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { Dialog } from '../../ui/dialog.js';
import { SelectField } from '../../ui/field.js';
import { counted } from '../../ui/figures.js';
import { Answer, Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { bodyOfOrder } from '../orders/order-draft.js';
import { useOrderPreview } from '../orders/order-preview.js';
import { PreviewSummary } from '../orders/preview-summary.js';

interface ChangePriorityProps {
  readonly line: BackorderBody;
  readonly sku: string;
  readonly onClose: () => void;
}

/** The priority belongs to the order, so that all of its lines get it. */
export function ChangePriority({ line, sku, onClose }: ChangePriorityProps) {
  const { orderId } = line;
  const order = useQuery(
    apiQuery('orders.find', { orderId }, (signal) => earmark.orders.find({ path: { orderId }, signal }), {
      isLive: false,
    }),
  );
  if (order.data) return <Form order={order.data} sku={sku} onClose={onClose} />;
  return (
    <Dialog isOpen title={`Priority of order ${orderId}`} onClose={onClose}>
      <Answer of={order} rows={2}>
        {() => null}
      </Answer>
    </Dialog>
  );
}

const PRIORITIES = Array.from({ length: 10 }, (_, priority) => priority).toReversed();

function Form({
  order: shown,
  sku,
  onClose,
}: {
  readonly order: OrderBody;
  readonly sku: string;
  readonly onClose: () => void;
}) {
  // What is decided on is the order as it was when the form was opened.
  const [order] = useState(shown);
  const { orderId, version, lines } = order;
  const [priority, setPriority] = useState(order.priority);
  const body = bodyOfOrder(order, { priority, whenShort: 'backorder' });
  const preview = useOrderPreview(orderId, priority === order.priority ? null : body);
  const change = useWrite(
    async () => {
      const { data } = await earmark.orders.put({
        path: { orderId },
        headers: { 'If-Match': `"${version}"` },
        body,
      });
      return data;
    },
    (changed) => {
      say(`Order ${orderId} has priority ${priority}`, {
        label: 'Undo',
        act: () =>
          earmark.orders.put({
            path: { orderId },
            headers: { 'If-Match': `"${changed.version}"` },
            body: { ...body, priority: order.priority },
          }),
      });
      onClose();
    },
  );
  const others = lines.length - 1;
  return (
    <ActionDialog
      title={`Priority of order ${orderId}`}
      action="Change the priority"
      isDisabled={priority === order.priority}
      write={change}
      onAct={() => change.mutate(undefined)}
      onClose={onClose}
    >
      <SelectField
        label="Priority"
        value={priority}
        onChange={({ target }) => {
          change.reset();
          setPriority(Number(target.value));
        }}
        hint="Higher is served first. Among lines of the same priority, the oldest comes first."
      >
        {PRIORITIES.map((each) => (
          <option key={each} value={each}>
            {each}
            {each === order.priority ? ' (as it is)' : ''}
          </option>
        ))}
      </SelectField>
      {others > 0 && (
        <p className="text-muted">
          It counts for all of the order: {sku} and {counted(others, 'other line')}.
        </p>
      )}
      {order.expiresAt !== null && (
        <Notice tone="info">
          The order is a hold. It goes on for as long as it would, rounded up to a minute.
        </Notice>
      )}
      {priority !== order.priority && <PreviewSummary preview={preview} isComplete />}
    </ActionDialog>
  );
}
