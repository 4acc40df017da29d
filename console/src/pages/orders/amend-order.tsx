import { isProblem, type PutOrderBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { grouped } from '../../ui/figures.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { fieldErrors } from '../../data/field-errors.js';
import { outcomesOf } from './line-outcome.js';
import type { OrderActionProps } from './order-actions.js';
import {
  bodyOf,
  bodyOfOrder,
  differences,
  draftOf,
  emptyLine,
  type LineDifference,
  type OrderDraft,
} from './order-draft.js';
import { OrderForm } from './order-form.js';
import { useOrderPreview } from './order-preview.js';
import { PreviewSummary } from './preview-summary.js';

/** Changes an order, or opens one again that was cancelled. */
export function AmendOrder({ order, onClose }: OrderActionProps) {
  const { orderId, version, state } = order;
  const reopen = state === 'cancelled';
  const [draft, setDraft] = useState<OrderDraft>(() => {
    const draft = draftOf(order);
    return draft.lines.length === 0 ? { ...draft, lines: [emptyLine()] } : draft;
  });
  const [wasPressed, setPressed] = useState(false);
  const result = bodyOf(draft);
  const wanted = 'body' in result ? { ...result.body, ...(reopen && { reopen }) } : null;
  const preview = useOrderPreview(orderId, wanted);
  const amend = useWrite(
    async (body: PutOrderBody) => {
      const { data } = await earmark.orders.put({
        path: { orderId },
        headers: { 'If-Match': `"${version}"` },
        body,
      });
      return data;
    },
    (changed) => {
      say(
        reopen ? `Order ${orderId} is open again` : `Order ${orderId} is changed`,
        // A hold that has become firm cannot become a hold again.
        reopen || (order.expiresAt !== null && changed.expiresAt === null)
          ? undefined
          : {
              label: 'Undo',
              act: async () =>
                earmark.orders.put({
                  path: { orderId },
                  headers: { 'If-Match': `"${changed.version}"` },
                  body: bodyOfOrder(order),
                }),
            },
      );
      onClose();
    },
  );
  const refusal = isProblem(amend.error, 'out-of-stock', 'unknown-sku') ? amend.error.problem : undefined;
  const outcomes = refusal
    ? outcomesOf(
        { problem: refusal },
        draft.lines.map(({ sku }) => sku.trim()),
      )
    : wanted && preview.data?.outcomes;
  const ofService = fieldErrors(amend.error);
  return (
    <ActionDialog
      title={reopen ? `Open order ${orderId} again` : `Change order ${orderId}`}
      action={reopen ? 'Open the order again' : 'Change the order'}
      isWide
      write={amend}
      fields={Object.keys(ofService)}
      onAct={() => {
        setPressed(true);
        if (wanted) amend.mutate(wanted);
      }}
      onClose={onClose}
    >
      <OrderForm
        draft={draft}
        onChange={(next) => {
          amend.reset();
          setDraft(next);
        }}
        errors={{ ...(wasPressed && 'errors' in result && result.errors), ...ofService }}
        outcomes={outcomes ?? new Map()}
        isExisting
        mayHold={order.expiresAt !== null}
      />
      {wanted && <Differences of={differences(order, wanted)} />}
      {!amend.error && <PreviewSummary preview={preview} isComplete={wanted !== null} />}
    </ActionDialog>
  );
}

function Differences({ of }: { readonly of: readonly LineDifference[] }) {
  if (of.length === 0) return null;
  return (
    <ul className="list-disc pl-5">
      {of.map((difference) => (
        <li key={difference.sku}>{inWords(difference)}</li>
      ))}
    </ul>
  );
}

function inWords({ sku, before, after, hasOtherTerms }: LineDifference): string {
  if (before === null) return `${sku} is new: ${grouped(after!)}.`;
  if (after === null) return `${sku} is removed, and its units become free.`;
  if (before === after) return `${sku} is asked for on other terms.`;
  return `${sku}: ${grouped(after)} instead of ${grouped(before)}${hasOtherTerms ? ', on other terms' : ''}.`;
}
