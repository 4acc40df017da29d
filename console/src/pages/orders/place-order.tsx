import { isProblem, type OrderBody } from '@earmark/client';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { counted } from '../../ui/figures.js';
import { OrderLink } from '../../ui/links.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { fieldErrors } from '../../data/field-errors.js';
import { outcomesOf } from './line-outcome.js';
import { bodyOf, emptyDraft, type OrderDraft } from './order-draft.js';
import { OrderForm } from './order-form.js';
import { useOrderPreview } from './order-preview.js';
import { PreviewSummary } from './preview-summary.js';

/** @param sku to begin with */
export function PlaceOrder({ sku, onClose }: { readonly sku: string; readonly onClose: () => void }) {
  return (
    <Dialog title="Place an order" isOpen isWide onClose={onClose}>
      <PlaceOrderForm sku={sku} onClose={onClose} />
    </Dialog>
  );
}

function PlaceOrderForm({ sku, onClose }: { readonly sku: string; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => emptyDraft(sku));
  const [wasPressed, setPressed] = useState(false);
  // An id that no order has: what another order of the typed id has already must not count.
  const [previewId] = useState(() => `preview-${crypto.randomUUID()}`);
  const wanted = bodyOf(draft);
  const preview = useOrderPreview(previewId, 'body' in wanted ? wanted.body : null);

  const place = useWrite(
    async ({
      orderId,
      body,
    }: {
      orderId: string;
      body: Parameters<typeof earmark.orders.put>[0]['body'];
    }) => {
      const { data } = await earmark.orders.put({
        path: { orderId },
        headers: { 'If-None-Match': '*' },
        body,
      });
      return data;
    },
    (order) => {
      say(`Order ${order.orderId} is ${order.expiresAt === null ? 'placed' : 'held'}: ${whatItGot(order)}`, {
        label: 'Undo',
        act: () =>
          earmark.orders.cancel({
            path: { orderId: order.orderId },
            headers: { 'If-Match': `"${order.version}"` },
          }),
      });
      onClose();
      void navigate({ to: '/orders/$orderId', params: { orderId: order.orderId } });
    },
  );
  const exists = isProblem(place.error, 'version-mismatch');
  const change = (next: OrderDraft) => {
    place.reset();
    setDraft(next);
  };
  const orderId = draft.orderId.trim();
  const errors = {
    ...(wasPressed && 'errors' in wanted && wanted.errors),
    ...(wasPressed && orderId === '' && { orderId: 'Which id does the order have?' }),
    ...(exists && { orderId: 'There is an order with this id already.' }),
    ...fieldErrors(place.error),
  };
  const refusal = isProblem(place.error, 'out-of-stock', 'unknown-sku') ? place.error.problem : undefined;
  const outcomes = refusal
    ? outcomesOf(
        { problem: refusal },
        draft.lines.map((line) => line.sku.trim()),
      )
    : 'body' in wanted
      ? preview.data?.outcomes
      : undefined;

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setPressed(true);
        if ('body' in wanted && orderId !== '') place.mutate({ orderId, body: wanted.body });
      }}
    >
      <OrderForm draft={draft} onChange={change} errors={errors} outcomes={outcomes ?? new Map()} />
      {exists && (
        <Notice tone="warn">
          Nothing was changed. To change that order, open it: <OrderLink orderId={orderId} />.
        </Notice>
      )}
      {place.error && !exists && !refusal && Object.keys(fieldErrors(place.error)).length === 0 && (
        <ProblemNotice error={place.error} />
      )}
      {refusal && (
        <Notice tone="bad" title="The order was refused, and nothing has changed">
          At each line it is said what could be had instead.
        </Notice>
      )}
      {!place.error && <PreviewSummary preview={preview} isComplete={'body' in wanted} />}
      <DialogActions>
        <Button onClick={onClose}>Close without placing it</Button>
        <Button kind="primary" type="submit" isBusy={place.isPending}>
          {draft.holdMinutes.trim() === '' ? 'Place the order' : 'Hold the order'}
        </Button>
      </DialogActions>
    </form>
  );
}

/** `2 lines allocated, 1 waits`. */
function whatItGot({ lines }: OrderBody): string {
  const count = (...states: readonly string[]) => lines.filter(({ state }) => states.includes(state)).length;
  const parts = [
    [count('allocated', 'held'), 'has its units', 'have their units'],
    [count('backordered'), 'waits', 'wait'],
    [count('refused'), 'was left out', 'were left out'],
  ] as const;
  return parts
    .filter(([lines]) => lines > 0)
    .map(([lines, one, many]) => `${counted(lines, 'line')} ${lines === 1 ? one : many}`)
    .join(', ');
}
