import type { ProductBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ComponentType } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { DateText, grouped } from '../../ui/figures.js';
import { Answer, Loading } from '../../ui/notice.js';
import { batchQuery, useLinesOfBatch } from '../batches/batch-query.js';
import type { WarehouseProps } from '../batches/receive-goods.js';

interface ChooseBatchProps {
  readonly title: string;
  readonly product: ProductBody;
  /** What is done with the batch that was chosen. */
  readonly dialog: ComponentType<WarehouseProps>;
  readonly onClose: () => void;
}

/** Asks which batch on hand is meant, unless there is only one. */
export function ChooseBatch({ title, product: { sku, batches, more }, dialog, onClose }: ChooseBatchProps) {
  const onHand = batches.filter((batch) => batch.onHand > 0);
  const [chosen, setChosen] = useState(onHand.length === 1 && !more ? onHand[0]!.reference : null);
  if (chosen !== null) return <Chosen {...{ title, dialog, onClose }} reference={chosen} />;
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <p>Which batch?</p>
      <ul className="flex max-h-96 flex-col gap-1 overflow-y-auto">
        {onHand.map(({ reference, onHand, inbound, eta }) => (
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
      {more && (
        <p className="text-muted">
          It has more batches than the first {grouped(batches.length)}. Begin with another one on{' '}
          <Link to="/batches" search={{ sku }} className="underline">
            the page of its batches
          </Link>
          .
        </p>
      )}
    </Dialog>
  );
}

interface ChosenProps extends Omit<ChooseBatchProps, 'product'> {
  readonly reference: string;
}

function Chosen({ title, dialog: Form, reference, onClose }: ChosenProps) {
  // What was expected is what is on hand now, not what was the last time that this was opened.
  const batch = useQuery({ ...batchQuery(reference), staleTime: 0 });
  const lines = useLinesOfBatch(reference);
  if (batch.data && batch.isFetchedAfterMount)
    return <Form batch={batch.data.batch} promised={lines.data} onClose={onClose} />;
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <Answer of={batch} rows={3}>
        {() => <Loading rows={3} />}
      </Answer>
    </Dialog>
  );
}
