import type { OrderBody, OrderedLineBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { unitWords } from '../../data/unit-words.js';
import { useWrite } from '../../data/use-write.js';
import { counted } from '../../ui/figures.js';
import { Loading, Notice, ProblemNotice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Claims } from './claims.js';
import { bodyOfOrder } from './order-draft.js';

interface DeallocateLineProps {
  /** As it is now. */
  readonly order: OrderBody;
  /** As it was when the dialog was opened. */
  readonly line: OrderedLineBody;
  readonly onClose: () => void;
}

export function DeallocateLine({ order, line, onClose }: DeallocateLineProps) {
  const { orderId } = order;
  const { sku, state, shipped } = line;
  const allows = useAllows();
  const waits = state === 'backordered';
  const isLast = order.lines.length === 1 && shipped === 0;
  // A line has a version of its own, which changes when it moves. What is shown here is what has this version.
  const claiming = useQuery({
    ...apiQuery(
      'allocations.findLine',
      { orderId, sku },
      async (signal) => {
        const { data, response } = await earmark.allocations.findLine({ path: { orderId, sku }, signal });
        return { data: { claims: data.claims ?? [data], version: response.headers.get('etag')! } };
      },
      { isLive: false },
    ),
    enabled: !waits,
    staleTime: Infinity,
    gcTime: 0,
  });
  const claims = claiming.data?.claims ?? [];
  const deallocate = useWrite(
    () =>
      earmark.allocations.deallocateLine({
        path: { orderId, sku },
        ...(claiming.data && { headers: { 'If-Match': claiming.data.version } }),
      }),
    () => {
      // What has left stays a line of the order, and cannot be allocated a second time.
      const canUndo = shipped === 0 && (!isLast || allows('orders:write'));
      const undo = () => (isLast ? putAgain(order) : allocateAgain(orderId, line));
      say(
        `${sku} is taken out of order ${orderId}`,
        canUndo ? { label: 'Undo', act: async () => undo() } : undefined,
      );
      onClose();
    },
  );
  const now = order.lines.find((each) => each.sku === sku);
  // One that waits does not show its version: it must not be taken out any more once it has its units.
  const hasMoved = waits && now?.state !== state && !deallocate.isPending;
  return (
    <ActionDialog
      title={`Take ${sku} out of the order`}
      action="Take it out"
      isDanger
      isDisabled={waits ? hasMoved : !claiming.data}
      write={deallocate}
      onAct={() => deallocate.mutate(undefined)}
      onClose={onClose}
    >
      {claiming.isLoading && <Loading rows={1} />}
      {claiming.error && <ProblemNotice error={claiming.error} onRetry={() => void claiming.refetch()} />}
      {claims.length > 0 && (
        <p>
          <Claims claims={claims} /> {unitWords.becomeFree(units(claims), sku)}
        </p>
      )}
      {hasMoved ? (
        <Notice tone="warn" title="The line no longer waits">
          Close this, and look again what it has.
        </Notice>
      ) : (
        waits && <p>The line leaves the queue of {sku}.</p>
      )}
      {shipped > 0 && <p>What has left ({counted(shipped, 'unit')}) stays as it is.</p>}
      <p className="text-muted">
        {isLast
          ? 'It is the last line: without it, there is no such order any more.'
          : 'The other lines of the order do not change.'}
      </p>
    </ActionDialog>
  );
}

const units = (claims: readonly { readonly quantity: number }[]): number =>
  claims.reduce((sum, { quantity }) => sum + quantity, 0);

/** With its last line, an order loses its terms: they are put with it. */
const putAgain = (order: OrderBody) =>
  earmark.orders.put({
    path: { orderId: order.orderId },
    headers: { 'If-None-Match': '*' },
    body: bodyOfOrder(order),
  });

const allocateAgain = (orderId: string, { sku, quantity, split, neededBy, state }: OrderedLineBody) =>
  earmark.allocations.allocate({
    body: {
      orderId,
      sku,
      quantity,
      split,
      ...(neededBy !== null && { neededBy }),
      ...(state === 'backordered' && { whenShort: 'backorder' as const }),
    },
  });
