import type { StockBody } from '@earmark/client';
import { useState, type ReactNode } from 'react';
import type { BatchBody } from '@earmark/client';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { DateText, grouped } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { useBatch } from '../batches/batch-query.js';

interface ChooseBatchProps {
  readonly title: string;
  readonly batches: readonly StockBody[];
  readonly onClose: () => void;
  /** What is done with the batch that was chosen. */
  readonly children: (batch: BatchBody) => ReactNode;
}

/** Asks which batch is meant, unless there is only one. */
export function ChooseBatch({ title, batches, onClose, children }: ChooseBatchProps) {
  const [chosen, setChosen] = useState(batches.length === 1 ? batches[0]!.reference : null);
  if (chosen !== null) return <Chosen reference={chosen}>{children}</Chosen>;
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <p>Which batch?</p>
      <ul className="flex max-h-96 flex-col gap-1 overflow-y-auto">
        {batches.map(({ reference, onHand, inbound, eta }) => (
          <li key={reference}>
            <Button className="w-full justify-between" onClick={() => setChosen(reference)}>
              <span className="truncate">{reference}</span>
              <span className="font-normal text-muted">
                {grouped(onHand)} on hand
                {inbound > 0 && (
                  <>
                    , {grouped(inbound)} <DateText date={eta} />
                  </>
                )}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Chosen({
  reference,
  children,
}: {
  readonly reference: string;
  readonly children: (batch: BatchBody) => ReactNode;
}) {
  const batch = useBatch(reference);
  return <Answer of={batch}>{(found) => children(found.batch)}</Answer>;
}
