import type { BackorderBody, OrderBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { Dialog } from '../../ui/dialog.js';
import { SelectField } from '../../ui/field.js';
import { counted, grouped } from '../../ui/figures.js';
import { Answer, Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { bodyOfOrder, isOver } from '../orders/order-draft.js';
import { useOrderPreview } from '../orders/order-preview.js';
import { PreviewSummary } from '../orders/preview-summary.js';
import { placeWith, type LoadedQueue } from './place-in-queue.js';

interface ChangePriorityProps {
  readonly line: BackorderBody;
  readonly sku: string;
  /** As it is now. */
  readonly queue: LoadedQueue;
  readonly onClose: () => void;
}

/** The priority belongs to the order, so that all of its lines get it. */
export function ChangePriority({ line, sku, queue, onClose }: ChangePriorityProps) {
  const { orderId } = line;
  const order = useQuery({
    ...apiQuery('orders.find', { orderId }, (signal) => earmark.orders.find({ path: { orderId }, signal }), {
      isLive: false,
    }),
    // What is decided on is the order as it is when the dialog is opened, not as it was the last time.
    gcTime: 0,
  });
  if (order.data && !isOver(order.data)) return <Form order={order.data} {...{ sku, queue, onClose }} />;
  return (
    <Dialog isOpen title={`Priority of order ${orderId}`} onClose={onClose}>
      <Answer of={order} rows={2}>
        {() => <Notice tone="warn">Its hold has ended, so that it waits no longer.</Notice>}
      </Answer>
    </Dialog>
  );
}

const PRIORITIES = Array.from({ length: 10 }, (_, priority) => priority).toReversed();

function Form({
  order: shown,
  sku,
  queue,
  onClose,
}: Omit<ChangePriorityProps, 'line'> & { readonly order: OrderBody }) {
  // What is decided on is the order as it was when the form was opened.
  const [order] = useState(shown);
  const { orderId, version, lines } = order;
  const [priority, setPriority] = useState(order.priority);
  // The hold goes on for as long as it would at that moment.
  const put = async (priority: number, version: string) => {
    const { data } = await earmark.orders.put({
      path: { orderId },
      headers: { 'If-Match': `"${version}"` },
      body: bodyOfOrder(order, { priority, whenShort: 'backorder' }),
    });
    return data;
  };
  const [unchanged] = useState(() => bodyOfOrder(order, { whenShort: 'backorder' }));
  const preview = useOrderPreview(orderId, priority === order.priority ? null : { ...unchanged, priority });
  const change = useWrite(
    (wanted: number) => put(wanted, version),
    (changed) => {
      say(`Order ${orderId} has priority ${changed.priority}`, {
        label: 'Undo',
        act: () => put(order.priority, changed.version),
      });
      onClose();
    },
  );
  const others = lines.length - 1;
  const short = lines.filter(({ state }) => state === 'refused').length;
  const waits = preview.isCurrent && preview.data?.outcomes.get(sku)?.kind === 'waits';
  const place = waits ? placeWith(priority, orderId, queue) : null;
  const placeNow = queue.lines.findIndex((each) => each.orderId === orderId) + 1;
  return (
    <ActionDialog
      title={`Priority of order ${orderId}`}
      action="Change the priority"
      isDisabled={priority === order.priority}
      write={change}
      onAct={() => change.mutate(priority)}
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
      {short > 0 && (
        <Notice tone="info">
          {counted(short, 'line')} of it {short === 1 ? 'has' : 'have'} not all of{' '}
          {short === 1 ? 'its' : 'their'} units and {short === 1 ? 'does' : 'do'} not wait for them: with
          this, {short === 1 ? 'it waits' : 'they wait'}.
        </Notice>
      )}
      {priority !== order.priority && <PreviewSummary preview={preview} isComplete />}
      {place !== null && (
        <p>
          In the queue of {sku} it would stand at place {grouped(place)} instead of {grouped(placeNow)}.
        </p>
      )}
    </ActionDialog>
  );
}
