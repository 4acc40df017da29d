import type { BatchBody } from '@earmark/client';
import { Badge } from '../../ui/badge.js';

export function States({
  of: { blocked, overdue, eta },
}: {
  readonly of: Pick<BatchBody, 'blocked' | 'overdue' | 'eta'>;
}) {
  return (
    <>
      {blocked && <Badge tone="bad">blocked</Badge>}
      {overdue ? (
        <Badge tone="bad">overdue</Badge>
      ) : eta === null ? (
        <Badge tone="good">on hand</Badge>
      ) : (
        <Badge tone="info">inbound</Badge>
      )}
    </>
  );
}

/** The parts of a batch as lengths: what is free of it is on hand first. */
export function barOf({
  claimed,
  held,
  onHand,
  available,
}: Pick<BatchBody, 'claimed' | 'held' | 'onHand' | 'available'>) {
  const free = Math.min(available, Math.max(0, onHand - claimed));
  return { claimed, held, free, inbound: available - free };
}
