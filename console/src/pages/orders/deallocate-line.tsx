import type { OrderBody, OrderedLineBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { counted } from '../../ui/figures.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Claims } from './claims.js';

interface DeallocateLineProps {
  readonly order: OrderBody;
  readonly line: OrderedLineBody;
  readonly onClose: () => void;
}

export function DeallocateLine({ order: { orderId }, line, onClose }: DeallocateLineProps) {
  const { sku, claims, state, shipped } = line;
  const waits = state === 'backordered';
  // A line has a version of its own, which changes when it is ordered again. One that waits does not show it.
  const version = useQuery({
    ...apiQuery(
      'allocations.version',
      { orderId, sku },
      async (signal) => {
        const { response } = await earmark.allocations.findLine({ path: { orderId, sku }, signal });
        return { data: response.headers.get('etag') };
      },
      { isLive: false },
    ),
    enabled: !waits,
    staleTime: Infinity,
    gcTime: 0,
  });
  const deallocate = useWrite(
    () =>
      earmark.allocations.deallocateLine({
        path: { orderId, sku },
        ...(version.data && { headers: { 'If-Match': version.data } }),
      }),
    () => {
      say(
        `${sku} is taken out of order ${orderId}`,
        // What has left stays a line of the order, and cannot be allocated a second time.
        shipped === 0 ? { label: 'Undo', act: () => allocateAgain(orderId, line) } : undefined,
      );
      onClose();
    },
  );
  return (
    <ActionDialog
      title={`Take ${sku} out of the order`}
      action="Take it out"
      isDanger
      isDisabled={!waits && !version.data}
      write={deallocate}
      onAct={() => deallocate.mutate(undefined)}
      onClose={onClose}
    >
      {claims.length > 0 && (
        <p>
          <Claims claims={claims} /> {units(claims) === 1 ? 'is' : 'are'} free at once, and go to lines that
          wait for {sku}, if there are any.
        </p>
      )}
      {waits && <p>The line leaves the queue of {sku}.</p>}
      {shipped > 0 && <p>What has left ({counted(shipped, 'unit')}) stays as it is.</p>}
      <p className="text-muted">The other lines of the order do not change.</p>
    </ActionDialog>
  );
}

const units = (claims: readonly { readonly quantity: number }[]): number =>
  claims.reduce((sum, { quantity }) => sum + quantity, 0);

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
